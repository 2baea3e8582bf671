"""Times reading batches: Model Garden's loader and ours.

    python -m benchmarks.batches --peer_python=DIR/garden/bin/python \
      --static 'static/*.tfrecord' --dynamic 'dynamic/*.tfrecord' \
      --vocab_file=vocab.txt

Takes what `official_runs.create_pretraining_data` wrote, with sequences of 128
tokens. Prints a JSON line for each system: tokens a second, padding counted,
and for ours the seconds to the first batch, and to that after 100,000 records.
The last line compares with the rate of a training step, in tokens a second, if
`--step` gives one.
"""

import argparse
import json
import os
import subprocess
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

BATCH_SIZE, LENGTH, PREDICTIONS = 32, 128, 20
SYSTEMS = (
    "garden",
    "static",
    "dynamic",
    "static-by-length",
    "dynamic-by-length",
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--static", required=True)
    parser.add_argument("--dynamic", required=True)
    parser.add_argument("--vocab_file", required=True)
    parser.add_argument("--peer_python", default=sys.executable)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--step", type=float)
    parser.add_argument("--system", choices=SYSTEMS, help="Only this one.")
    args = parser.parse_args()
    if args.system:
        print(json.dumps(_line(args)), flush=True)
        return
    lines = {}
    for system in SYSTEMS:
        python = args.peer_python if system == "garden" else sys.executable
        command = [python, "-m", "benchmarks.batches", f"--system={system}"]
        ran = subprocess.run(
            [*command, *sys.argv[1:]], stdout=subprocess.PIPE, check=True
        )
        lines[system] = json.loads(ran.stdout.splitlines()[-1])
        print(json.dumps(lines[system]), flush=True)
    rates = {name: line["tokens_per_second"] for name, line in lines.items()}
    base = {"garden": rates["garden"], "step": args.step}
    print(
        json.dumps(
            {
                f"{system} over {name}": round(rates[system] / rate, 1)
                for system in SYSTEMS
                for name, rate in base.items()
                if rate
            }
        )
    )


def _line(args):
    """Reads batches for some time, after the first ones."""
    if args.system == "garden":
        make, skip = _garden_batches, False
    else:
        make, skip = _our_batches, True
    batches = iter(make(args))
    for _ in range(20):
        next(batches)
    start, tokens = time.perf_counter(), 0
    while time.perf_counter() - start < args.seconds:
        tokens += next(batches)["input_word_ids"].shape.num_elements()
    rate = tokens / (time.perf_counter() - start)
    line = {"system": args.system, "tokens_per_second": round(rate)}
    if skip:
        start = time.perf_counter()
        next(iter(make(args)))
        first = time.perf_counter() - start
        start = time.perf_counter()
        next(iter(make(args, start_step=100_000 // BATCH_SIZE)))
        skipped = time.perf_counter() - start
        line["first_batch_seconds"] = round(first, 2)
        line["after_100000_records_seconds"] = round(skipped, 2)
    return line


def _our_batches(args, start_step=0):
    from nlp_modeling import data, text

    dynamic = args.system.startswith("dynamic")
    masking = None
    if dynamic:
        tokenizer = text.BertTokenizer(args.vocab_file)
        masking = text.MaskedLMMaskGenerator(
            tokenizer, max_predictions=PREDICTIONS
        )
    return data.training_batches(
        args.dynamic if dynamic else args.static,
        data.features.UNMASKED if dynamic else data.features.PRETRAINING,
        BATCH_SIZE,
        sequence_length=LENGTH,
        max_predictions=PREDICTIONS,
        masking=masking,
        start_step=start_step,
        length_multiple=8 if args.system.endswith("by-length") else None,
    )


def _garden_batches(args):
    from official.nlp.data import pretrain_dataloader

    return pretrain_dataloader.BertPretrainDataLoader(
        pretrain_dataloader.BertPretrainDataConfig(
            input_path=args.static,
            global_batch_size=BATCH_SIZE,
            seq_length=LENGTH,
            max_predictions_per_seq=PREDICTIONS,
        )
    ).load()


if __name__ == "__main__":
    main()
