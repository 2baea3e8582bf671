"""Times splitting text into BERT's word pieces: peers and us, in turn.

    python -m benchmarks.tokenizer --vocab_file=vocab.txt \
      --files ../shared/data/wikipedia/valid.txt.gz

in an environment that has transformers. Prints a JSON line for each system and
one of ratios. `google-python` is the tokenizer of google-research/bert, as
transformers keeps it; `tensorflow_text` is its BERT tokenizer, which gives
other ids. Every system gets the lines in batches, on one thread; `ours-offsets`
also gives the places of pieces.
"""

import argparse
import gzip
import json
import os
import time

# Before tokenizers is imported, which reads it.
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import tensorflow as tf  # noqa: E402
import tensorflow_text as tf_text  # noqa: E402
import transformers  # noqa: E402
from transformers.models.bert import tokenization_bert_legacy  # noqa: E402

from nlp_modeling import text  # noqa: E402

BATCH = 256  # lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--files", nargs="+", required=True)
    parser.add_argument("--vocab_file", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    lines = [line for file in args.files for line in _lines(file)]
    batches = [lines[i : i + BATCH] for i in range(0, len(lines), BATCH)]
    systems = _systems(args.vocab_file)
    expected = systems["hf-fast"](lines)
    size = sum(len(line.encode()) for line in lines) / 1e6
    best = dict.fromkeys(systems, float("inf"))
    for _ in range(args.rounds):
        for name, tokenize in systems.items():
            tokenize(batches[0])
            began = time.perf_counter()
            for batch in batches:
                tokenize(batch)
            best[name] = min(best[name], time.perf_counter() - began)
    for name, tokenize in systems.items():
        found = tokenize(lines)
        if isinstance(found, tf.RaggedTensor):
            found = found.to_list()
        equal = sum(a == b for a, b in zip(found, expected, strict=True))
        line = {
            "system": name,
            "mb_per_second": round(size / best[name], 2),
            "lines": len(lines),
            "lines_equal_to_hf": equal,
        }
        print(json.dumps(line), flush=True)
    ours = best["ours"]
    ratios = {f"ours over {k}": round(v / ours, 2) for k, v in best.items()}
    print(json.dumps(ratios))


def _systems(vocab_file):
    fast = transformers.BertTokenizer(vocab_file)
    slow = tokenization_bert_legacy.BertTokenizerLegacy(vocab_file)
    ours = text.BertTokenizer(vocab_file)
    tf_bert = tf_text.FastBertTokenizer(
        ours.vocabulary,
        token_out_type=tf.int32,
        lower_case_nfd_strip_accents=True,
    )
    signature = [tf.TensorSpec([None], tf.string)]
    graph = tf.function(ours, input_signature=signature)
    offsets = tf.function(ours.tokenize_with_offsets, input_signature=signature)
    tf_graph = tf.function(tf_bert.tokenize, input_signature=signature)
    return {
        "hf-fast": lambda lines: fast(
            lines, add_special_tokens=False, split_special_tokens=True
        )["input_ids"],
        "google-python": lambda lines: [
            slow.convert_tokens_to_ids(
                slow._tokenize(line, split_special_tokens=True)
            )
            for line in lines
        ],
        "tensorflow_text": lambda lines: tf_graph(tf.constant(lines)),
        "ours": lambda lines: graph(tf.constant(lines)),
        "ours-offsets": lambda lines: offsets(tf.constant(lines))[0],
    }


def _lines(file):
    opens = gzip.open if file.endswith(".gz") else open
    with opens(file, "rt", encoding="utf-8") as lines:
        return [line.rstrip("\n") for line in lines]


if __name__ == "__main__":
    main()
