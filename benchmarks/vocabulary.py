"""Times learning 30,522 word pieces: peers and us, in turn.

    python -m benchmarks.vocabulary --files ../shared/data/wikipedia/*.txt.gz

in an environment that has tokenizers. Prints a JSON line for each system:
seconds from the start of its process to its end, and its memory at most. `hf`
is Hugging Face's trainer; `tensorflow_text` is `bert_vocab_from_dataset`, whose
learner ours calls too, and takes many minutes.
"""

import argparse
import gzip
import json
import pathlib
import shutil
import sys
import tempfile

from benchmarks.process_tree import measure

SYSTEMS = {
    "ours": """
from nlp_modeling import data, text
vocabulary = text.learn_vocabulary(
    line for file in files for line in data.read_lines(file))
""",
    "hf": """
import tokenizers
learner = tokenizers.BertWordPieceTokenizer(lowercase=True)
learner.train(files, vocab_size=30522, show_progress=False)
vocabulary = learner.get_vocab()
""",
    "tensorflow_text": """
import tensorflow as tf
from tensorflow_text.tools.wordpiece_vocab import bert_vocab_from_dataset
vocabulary = bert_vocab_from_dataset.bert_vocab_from_dataset(
    tf.data.TextLineDataset(files).batch(1000),
    30522,
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
    dict(lower_case=True))
""",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--files", nargs="+", required=True)
    parser.add_argument(
        "--systems", nargs="+", choices=SYSTEMS, default=["ours", "hf"]
    )
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = [
            _unpacked(file, pathlib.Path(folder) / f"{i}.txt")
            for i, file in enumerate(sorted(args.files))
        ]
        size = pathlib.Path(folder) / "size"
        for system in args.systems:
            program = (
                f"files = {files}\n{SYSTEMS[system]}\n"
                f"open({str(size)!r}, 'w').write(str(len(vocabulary)))"
            )
            took = measure([[sys.executable, "-c", program]], lambda log: True)
            line = {
                "system": system,
                "seconds": round(took.seconds, 1),
                "peak_mib": took.peak_mib,
                "entries": int(size.read_text()),
            }
            print(json.dumps(line), flush=True)


def _unpacked(file, path):
    # The peers read no gzip.
    opens = gzip.open if file.endswith(".gz") else open
    with opens(file, "rb") as source, path.open("wb") as target:
        shutil.copyfileobj(source, target)
    return str(path)


if __name__ == "__main__":
    main()
