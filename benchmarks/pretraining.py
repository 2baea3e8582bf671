"""Times whole pretraining runs, peer and us in turn, from the same records.

    python -m benchmarks.pretraining --records='records/*.tfrecord' \\
        --vocab_file=vocab.txt --size=small --dtype=fp32 \\
        --garden=.venv-garden/bin/python

Runs our program, Model Garden's legacy/bert/run_pretraining.py and our bare
training step (`benchmarks.training_step`), each in a process of its own, and
prints a JSON line for each and the ratios of tokens per second. A run's rate is
the median over its loops after the first, which holds the tracing.
"""

import argparse
import calendar
import itertools
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

from benchmarks.training_step import SIZES, VOCAB_SIZE


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--records", type=os.path.abspath, required=True)
    parser.add_argument("--vocab_file", required=True)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--dtype", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument(
        "--garden",
        type=os.path.abspath,
        help="interpreter that has Model Garden",
    )
    parser.add_argument("--loops", type=int, default=4)
    parser.add_argument("--steps_per_loop", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args()
    # Off by default on some CPUs; for all alike.
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    systems = {"bare step": bare_step, "ours": ours}
    if args.garden:
        systems["garden"] = garden
    rates = {name: [] for name in systems}
    for _ in range(args.rounds):
        for name, run in systems.items():
            result = run(args)
            rates[name].append(result["tokens_per_second"])
            print(json.dumps({"system": name, **result}), flush=True)
    for name in set(rates) - {"ours"}:
        pairs = zip(rates["ours"], rates[name], strict=True)
        ratio = statistics.median(a / b for a, b in pairs)
        print(json.dumps({"ours_over": name, "ratio": round(ratio, 3)}))


def bare_step(args):
    command = [sys.executable, "-m", "benchmarks.training_step"]
    command += [f"--size={args.size}", f"--dtype={args.dtype}", "--system=ours"]
    output = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(output.stdout.splitlines()[-1])


def ours(args):
    """Our program; from the command to the end of each loop."""
    batch, _, masked = SIZES[args.size][1]
    with tempfile.TemporaryDirectory() as folder:
        command = [
            *our_command(args.size, args.records, args.vocab_file, folder),
            f"--dtype={args.dtype}",
            f"--train_batch_size={batch}",
            f"--max_predictions_per_seq={masked}",
            f"--num_train_steps={args.loops * args.steps_per_loop}",
            f"--steps_per_loop={args.steps_per_loop}",
            "--warmup_steps=1",
            "--nouse_next_sentence_label",
        ]
        began = time.time()
        subprocess.run(command, check=True, capture_output=True)
        times = times_of_events(folder, "train", "loss")
    return _rates(args, [seconds - began for seconds in times])


def our_command(size, records, vocab_file, model_dir):
    """Our program and what every run of it is told."""
    return [
        *[sys.executable, "-m", "official_runs.run_pretraining"],
        f"--gin_file=networks/bert_{size}.gin",
        f"--input_files={records}",
        f"--vocab_file={vocab_file}",
        f"--model_dir={model_dir}",
    ]


def times_of_events(folder, part, tag):
    """Seconds since 1970 at which TensorBoard was told of a number."""
    import tensorflow as tf

    (file,) = pathlib.Path(folder, "summaries", part).iterdir()
    return [
        event.wall_time
        for event in tf.compat.v1.train.summary_iterator(str(file))
        if any(value.tag == tag for value in event.summary.value)
    ]


def garden(args):
    """Model Garden's script; the times are those of its log."""
    batch, length, masked = SIZES[args.size][1]
    with tempfile.TemporaryDirectory() as folder:
        config = write_bert_config(args.size, folder)
        command = [
            *[args.garden, "-m", "official.legacy.bert.run_pretraining"],
            f"--input_files={args.records}",
            f"--bert_config_file={config}",
            f"--model_dir={folder}/run",
            f"--dtype={args.dtype}",
            f"--train_batch_size={batch}",
            f"--max_seq_length={length}",
            f"--max_predictions_per_seq={masked}",
            f"--num_steps_per_epoch={args.loops * args.steps_per_loop}",
            "--num_train_epochs=1",
            f"--steps_per_loop={args.steps_per_loop}",
            "--warmup_steps=1",
            "--learning_rate=1e-4",
            "--nouse_next_sentence_label",
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
    return _rates(args, [seconds - began for _, seconds in times_of_steps(log)])


def write_bert_config(size, folder):
    """Writes the JSON of Google's checkpoints, and gives its path."""
    layers, hidden, heads, inner = SIZES[size][0]
    config = {
        "attention_probs_dropout_prob": 0.1,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "hidden_size": hidden,
        "initializer_range": 0.02,
        "intermediate_size": inner,
        "max_position_embeddings": 512,
        "num_attention_heads": heads,
        "num_hidden_layers": layers,
        "type_vocab_size": 2,
        "vocab_size": VOCAB_SIZE,
    }
    path = pathlib.Path(folder, "bert_config.json")
    path.write_text(json.dumps(config))
    return path


def times_of_steps(log):
    """Step and seconds since 1970 of the lines that tell of a loop's end."""
    pattern = r"^I(\d\d)(\d\d) (\d\d):(\d\d):([\d.]+) .*Train Step: (\d+)/"
    year = time.gmtime().tm_year
    times = []
    for found in re.finditer(pattern, log, re.MULTILINE):
        month, day, hour, minute = map(int, found.groups()[:4])
        date = (year, month, day, hour, minute, 0)
        seconds = calendar.timegm(date) + float(found[5]) + time.timezone
        times.append((int(found[6]), seconds))
    return times


def _rates(args, ends):
    batch, length, _ = SIZES[args.size][1]
    loops = [b - a for a, b in itertools.pairwise(ends)]
    tokens = batch * length * args.steps_per_loop
    return {
        "size": args.size,
        "dtype": args.dtype,
        "tokens_per_second": round(tokens / statistics.median(loops)),
        "first_loop_ended_s": round(ends[0], 1),
    }


if __name__ == "__main__":
    main()
