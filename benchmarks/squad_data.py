"""Times making SQuAD records: tf-models-official's library and ours, in turn.

    python -m benchmarks.squad_data --peer_python=DIR/garden/bin/python \
      --vocab_file=vocab.txt --squad_file=../shared/data/squad/dev-v1.1.json.gz

Prints a JSON line for each run and one of the ratio of medians. A run is one
process; its start-up is left out, reading the JSON file is not.
"""

import argparse
import gzip
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

LENGTHS = {"max_seq_length": 384, "doc_stride": 128, "max_query_length": 64}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--squad_file", required=True)
    parser.add_argument("--vocab_file", required=True)
    parser.add_argument("--peer_python", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--run", choices=["garden", "ours"])
    args = parser.parse_args()
    if args.run:
        # One of the processes that the code below starts.
        return run(args.run, args.squad_file, args.vocab_file)
    rates = {"garden": [], "ours": []}
    with tempfile.TemporaryDirectory() as folder:
        squad_file = with_one_answer(args.squad_file, folder)
        for system in [*rates] * args.rounds:
            python = sys.executable if system == "ours" else args.peer_python
            line = subprocess.run(
                [
                    *(python, "-m", "benchmarks.squad_data", f"--run={system}"),
                    f"--squad_file={squad_file}",
                    f"--vocab_file={args.vocab_file}",
                ],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                check=True,
                text=True,
            ).stdout.splitlines()[-1]
            print(line, flush=True)
            rates[system].append(json.loads(line)["windows_per_second"])
    ratio = statistics.median(rates["ours"]) / statistics.median(
        rates["garden"]
    )
    print(json.dumps({"ours over garden": round(ratio, 1)}))


def with_one_answer(squad_file, folder):
    """Writes the file as the peer wants it: unpacked, an answer a question."""
    with gzip.open(squad_file) as file:
        root = json.load(file)
    for article in root["data"]:
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                qa["answers"] = qa["answers"][:1]
    path = pathlib.Path(folder, "squad.json")
    path.write_text(json.dumps(root))
    return path


def run(system, squad_file, vocab_file):
    """Times one system in this process and prints its line."""
    convert = {"garden": garden, "ours": ours}[system]()
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "squad.tfrecord")
        start = time.monotonic()
        windows = convert(squad_file, vocab_file, output)
        seconds = time.monotonic() - start
        line = {
            "system": system,
            "windows": windows,
            "seconds": round(seconds, 1),
            "windows_per_second": round(windows / seconds),
            "mb": round(os.path.getsize(output) / 1e6, 1),
        }
    print(json.dumps(line))


def garden():
    """Loads tf-models-official, and gives its conversion."""
    from official.nlp.data import squad_lib

    def convert(squad_file, vocab_file, output):
        meta_data = squad_lib.generate_tf_record_from_json_file(
            squad_file, vocab_file, output, **LENGTHS
        )
        return meta_data["train_data_size"]

    return convert


def ours():
    """Loads nlp_modeling, and gives its conversion."""
    import tensorflow as tf

    from nlp_modeling import data, text

    length, stride, query_length = LENGTHS.values()

    def convert(squad_file, vocab_file, output):
        tokenizer = text.BertTokenizer(vocab_file)
        questions = data.read_squad(squad_file)
        windows = data.squad_windows(
            questions, tokenizer, length, stride, query_length
        )
        records = data.encode_squad_windows(windows, tokenizer, length)
        with tf.io.TFRecordWriter(output) as writer:
            return sum(writer.write(record) is None for record in records)

    return convert


if __name__ == "__main__":
    main()
