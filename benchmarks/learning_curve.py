"""Pretrains tiny BERTs, a peer's and ours, and prints their learning curves.

    python -m benchmarks.learning_curve --train='records/*.tfrecord' \\
        --valid='valid/*.tfrecord' --vocab_file=vocab.txt --steps=3000 \\
        --garden=.venv-garden/bin/python

Ours and Model Garden's legacy/bert/run_pretraining.py take the same number of
steps, one after the other, on the same records with the same batch, schedule
and precision. Prints a JSON line for every evaluation: system, seed, step,
seconds since the command, and accuracy and loss of masked words on `--valid`.
The time that our run spends in evaluation counts; the peer's checkpoints are
evaluated afterwards. With `--seeds` the pair is run several times; the peer has
no flag for its seed, and starts each run from another.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time

from benchmarks import pretraining
from benchmarks.training_step import SIZES

LEARNING_RATE = "1e-3"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--train", type=os.path.abspath, required=True)
    parser.add_argument("--valid", type=os.path.abspath, required=True)
    parser.add_argument("--vocab_file", required=True)
    parser.add_argument(
        "--garden",
        type=os.path.abspath,
        help="interpreter that has Model Garden",
    )
    parser.add_argument("--size", choices=SIZES, default="tiny")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--evaluations", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=1)
    args = parser.parse_args()
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    for seed in range(args.seeds):
        with tempfile.TemporaryDirectory() as folder:
            for line in ours(args, seed, folder):
                _print("ours", seed, *line)
            if args.garden:
                for line in garden(args, folder):
                    _print("garden", seed, *line)


def ours(args, seed, folder):
    """The step, seconds since the command and scores of each evaluation."""
    interval = args.steps // args.evaluations
    command = [
        *pretraining.our_command(
            args.size, args.train, args.vocab_file, f"{folder}/ours"
        ),
        f"--eval_files={args.valid}",
        f"--train_batch_size={args.batch}",
        f"--num_train_steps={args.steps}",
        f"--warmup_steps={args.steps // 10}",
        f"--learning_rate={LEARNING_RATE}",
        f"--seed={seed}",
        f"--evaluation_interval={interval}",
        f"--checkpoint_interval={interval}",
        "--steps_per_loop=20",
    ]
    began = time.time()
    subprocess.run(command, check=True, capture_output=True)
    times = pretraining.times_of_events(
        f"{folder}/ours", "evaluation", "masked_lm_loss"
    )
    lines = pathlib.Path(folder, "ours", "metrics.jsonl").read_text()
    values = [json.loads(line) for line in lines.splitlines()]
    values = [each for each in values if each["part"] == "evaluation"]
    for each, seconds in zip(values, times, strict=True):
        yield each["step"], seconds - began, each


def garden(args, folder):
    """As `ours`."""
    interval = args.steps // args.evaluations
    config = pretraining.write_bert_config(args.size, folder)
    command = [
        *[args.garden, "-m", "official.legacy.bert.run_pretraining"],
        f"--input_files={args.train}",
        f"--bert_config_file={config}",
        f"--model_dir={folder}/garden",
        f"--train_batch_size={args.batch}",
        "--max_seq_length=128",
        "--max_predictions_per_seq=20",
        f"--num_steps_per_epoch={interval}",
        f"--num_train_epochs={args.evaluations}",
        f"--warmup_steps={args.steps // 10}",
        f"--learning_rate={LEARNING_RATE}",
        "--steps_per_loop=20",
        "--use_keras_compile_fit=false",
        "--distribution_strategy=one_device",
        "--num_gpus=0",
        "--alsologtostderr",
        f"--log_dir={folder}",
    ]
    began = time.time()
    log = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=folder
    ).stderr
    seconds = dict(pretraining.times_of_steps(log))
    scores = subprocess.run(
        [
            *[args.garden, "-m", "benchmarks.systems.model_garden_accuracy"],
            *[config, f"{folder}/garden", args.valid],
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for line in scores.splitlines():
        if re.match(r"{", line):
            values = json.loads(line)
            step = values["step"]
            yield step, seconds[step] - began, values


def _print(system, seed, step, seconds, values):
    print(
        json.dumps(
            {
                "system": system,
                "seed": seed,
                "step": step,
                "seconds": round(seconds),
                "masked_lm_accuracy": round(values["masked_lm_accuracy"], 4),
                "masked_lm_loss": round(values["masked_lm_loss"], 4),
            }
        ),
        flush=True,
    )


if __name__ == "__main__":
    main()
