"""Times pretraining on packed and on padded rows of the same text, in turn.

    python -m benchmarks.packing --text=corpus.txt --vocab_file=vocab.txt \
      --sequence_lengths=128,512

Runs our program on records of both kinds, each in a process of its own. A run's
rate is the median over its loops after the first, in sequences a second. Prints
a JSON line a run, and for each length the ratio and its ceiling: the places of
padded rows over their tokens.
"""

import argparse
import itertools
import json
import os
import statistics
import sys
import tempfile

import tensorflow as tf

from benchmarks.pretraining import our_command, times_of_events
from benchmarks.processes import finish
from benchmarks.training_step import SIZES


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--text", type=os.path.abspath, required=True)
    parser.add_argument("--vocab_file", type=os.path.abspath, required=True)
    parser.add_argument("--sequence_lengths", default="128,512")
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--tokens_a_step", type=int, default=4096)
    parser.add_argument("--loops", type=int, default=5)
    parser.add_argument("--steps_per_loop", type=int, default=5)
    parser.add_argument("--pairs", action="store_true", help="next sentences")
    parser.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args()
    for length in map(int, args.sequence_lengths.split(",")):
        compare(args, length)


def compare(args, length):
    with tempfile.TemporaryDirectory() as folder:
        records = {
            kind: write_records(args, f"{folder}/{kind}", length, kind)
            for kind in ("padded", "packed")
        }
        counts = {kind: count(files) for kind, files in records.items()}
        num_sequences, tokens = counts["padded"]
        rates = {kind: [] for kind in records}
        for number, kind in itertools.product(range(args.rounds), records):
            rows = pretrain(
                args, records[kind], length, f"{folder}/{kind}-{number}"
            )
            rate = rows * num_sequences / counts[kind][0]
            rates[kind].append(rate)
            line = {"length": length, "kind": kind, "sequences/s": rate}
            print(json.dumps(line), flush=True)
    pairs = zip(rates["packed"], rates["padded"], strict=True)
    summary = {
        "length": length,
        "packed over padded": statistics.median(a / b for a, b in pairs),
        "ceiling": num_sequences * length / tokens,
        "packed rows are full": tokens / (counts["packed"][0] * length),
    }
    print(json.dumps(summary), flush=True)


def write_records(args, folder, length, kind):
    finish(
        [
            *[sys.executable, "-m", "official_runs.create_pretraining_data"],
            f"--input_file={args.text}",
            f"--vocab_file={args.vocab_file}",
            f"--output_dir={folder}",
            f"--max_seq_length={length}",
            "--masking=dynamic",
            f"--use_next_sentence_label={args.pairs}",
            f"--packed={kind == 'packed'}",
        ]
    )
    return f"{folder}/*.tfrecord"


def count(files):
    """Counts rows, and tokens."""
    rows = tokens = 0
    for record in tf.data.TFRecordDataset(tf.io.gfile.glob(files)):
        example = tf.train.Example.FromString(record.numpy())
        tokens += len(example.features.feature["input_ids"].int64_list.value)
        rows += 1
    return rows, tokens


def pretrain(args, records, length, folder):
    """Runs the program; gives rows a second."""
    batch = args.tokens_a_step // length
    finish(
        [
            *our_command(args.size, records, args.vocab_file, folder),
            f"--max_seq_length={length}",
            f"--train_batch_size={batch}",
            f"--max_predictions_per_seq={round(0.16 * length)}",
            f"--num_train_steps={args.loops * args.steps_per_loop}",
            f"--steps_per_loop={args.steps_per_loop}",
            "--warmup_steps=1",
            f"--use_next_sentence_label={args.pairs}",
        ]
    )
    ends = times_of_events(folder, "train", "loss")
    loops = [b - a for a, b in itertools.pairwise(ends)]
    return batch * args.steps_per_loop / statistics.median(loops)


if __name__ == "__main__":
    main()
