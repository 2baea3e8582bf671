"""Times going on at step 100,000: our program, killed and started again.

    python -m benchmarks.resume --records='records/*.tfrecord' \\
        --vocab_file=vocab.txt --size=small --step=100000

Starts a run, kills it after its first checkpoint, renumbers that checkpoint as
the one of `--step`, so that as many batches lie behind it, and starts the same
command again. Prints seconds from the command to the end of the first loop, for
the start and the restart; what differs is the cost of the resume.
"""

import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf

from benchmarks.pretraining import our_command
from benchmarks.training_step import SIZES

STEPS_PER_LOOP = 5


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--records", required=True)
    parser.add_argument("--vocab_file", required=True)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--step", type=int, default=100_000)
    args = parser.parse_args()
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        command = [
            *our_command(args.size, args.records, args.vocab_file, folder),
            f"--train_batch_size={SIZES[args.size][1][0]}",
            f"--num_train_steps={args.step + 1000}",
            f"--steps_per_loop={STEPS_PER_LOOP}",
            f"--checkpoint_interval={STEPS_PER_LOOP}",
        ]
        started = seconds_to_loop(command, folder, STEPS_PER_LOOP)
        renumber(pathlib.Path(folder, "checkpoints"), args.step)
        last = args.step + STEPS_PER_LOOP
        restarted = seconds_to_loop(command, folder, last)
    print(
        json.dumps(
            {
                "size": args.size,
                "step": args.step,
                "first_loop_s": round(started, 1),
                "first_loop_after_resume_s": round(restarted, 1),
            }
        )
    )


def seconds_to_loop(command, folder, step):
    """From the command to the end of a loop; kills once that is saved."""
    metrics = pathlib.Path(folder, "metrics.jsonl")
    saved = pathlib.Path(folder, "checkpoints", f"step-{step}.index")
    ended = None
    began = time.monotonic()
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        while not (ended and saved.exists()):
            if process.poll() is not None:
                raise SystemExit(f"{command} ended: {process.returncode}")
            if not ended and metrics.exists():
                if f'"step": {step},' in metrics.read_text():
                    ended = time.monotonic() - began
            time.sleep(0.05)
        time.sleep(1)  # For TensorFlow's list of checkpoints.
        process.kill()
    return ended


def renumber(folder, step):
    """Writes the newest checkpoint as that of another step."""
    source = tf.train.latest_checkpoint(str(folder))
    reader = tf.train.load_checkpoint(source)
    values = {
        name: reader.get_tensor(name)
        for name in reader.get_variable_to_shape_map()
    }
    (name,) = (name for name in values if name.startswith("step/"))
    values[name] = values[name] * 0 + step
    target = str(folder / f"step-{step}")
    tf.raw_ops.SaveV2(
        prefix=target,
        tensor_names=list(values),
        shape_and_slices=[""] * len(values),
        tensors=[tf.constant(value) for value in values.values()],
    )
    tf.compat.v1.train.update_checkpoint_state(
        str(folder), target, [source, target]
    )


if __name__ == "__main__":
    main()
