"""Times how long a run takes to stop on SIGTERM, and checks that it goes on.

    python -m benchmarks.stopping --records='quickstart/train/*.tfrecord' \\
        --vocab_file=quickstart/vocab.txt --size=base --batch_size=128

Starts run_pretraining, sends SIGTERM at a random moment, starts it again, and
so on. Prints the seconds from each signal to the end of the process, then how
far weights and numbers differ from those of a run that was never stopped.
Clouds give a machine 30 seconds.
"""

import argparse
import json
import os
import pathlib
import random
import signal
import statistics
import subprocess
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

from benchmarks.pretraining import our_command
from benchmarks.training_step import SIZES


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--records", required=True)
    parser.add_argument("--vocab_file", required=True)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--batch_size", type=int, default=32)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--stops", type=int, default=5)
    parser.add_argument("--longest", type=float, default=60, help="seconds")
    args = parser.parse_args()
    random.seed(0)
    with tempfile.TemporaryDirectory() as folder:
        whole, stopped = pathlib.Path(folder, "w"), pathlib.Path(folder, "s")
        seconds = [stop(args, stopped) for _ in range(args.stops)]
        for path in (stopped, whole):
            subprocess.run(command(args, path), check=True)
        print(
            json.dumps(
                {
                    "size": args.size,
                    "batch_size": args.batch_size,
                    "seconds_to_stop": [round(x, 1) for x in seconds],
                    "median": round(statistics.median(seconds), 1),
                    "largest_difference_of_weights": difference(whole, stopped),
                    "numbers_are_equal": numbers(whole) == numbers(stopped),
                }
            )
        )


def command(args, folder):
    return [
        *our_command(args.size, args.records, args.vocab_file, folder),
        f"--train_batch_size={args.batch_size}",
        f"--num_train_steps={args.steps}",
        "--nouse_next_sentence_label",
        "--warmup_steps=2",
        "--steps_per_loop=100",
        "--checkpoint_interval=1000",
    ]


def stop(args, folder):
    """Gives the seconds from a signal to the end of the process."""
    with subprocess.Popen(
        command(args, folder), stderr=subprocess.PIPE, text=True
    ) as process:
        for line in process.stderr:
            if line.startswith("step "):  # The first step was taken.
                break
        time.sleep(random.uniform(0, args.longest))
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        said = process.stderr.read()
        code = process.wait()
    print(f"exit code {code}: {said.splitlines()[-1]}")
    if code != 75:
        raise SystemExit("The run must stop before it ends: give more --steps.")
    return time.monotonic() - began


def difference(one, other):
    """Gives the largest difference of two runs' last weights."""
    readers = [
        tf.train.load_checkpoint(str(path / "checkpoints"))
        for path in (one, other)
    ]
    names = readers[0].get_variable_to_shape_map()
    return float(
        max(
            np.abs(np.subtract(*(r.get_tensor(name) for r in readers))).max()
            for name in names
            if name.startswith("model/")
        )
    )


def numbers(folder):
    """Reads what a run logged, without its speed."""
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    return [
        {k: v for k, v in json.loads(line).items() if "second" not in k}
        for line in lines
    ]


if __name__ == "__main__":
    main()
