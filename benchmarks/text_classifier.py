"""Times a classifier that learns from strings, beside KerasHub's, in turn.

    python -m benchmarks.text_classifier --bert_folder=MINILM \
      --input_data_dir=sst2 --keras_hub_python=.venv-hub/bin/python

SST-2's first examples, one epoch of `fit(texts, labels)` and `evaluate` on dev,
batches of 32, sequences of at most 128, AdamW at 5e-5, float32, two threads,
TensorFlow, from the same weights. KerasHub with and without XLA, since either
may be faster. "LoRA" trains an adapter of rank 8 and the head, at 5e-4.
Start-up counts. The number of a round is its seed. Prints a JSON line a run,
and ratios of medians.
"""

import argparse
import functools
import itertools
import json
import pathlib
import statistics
import sys
import tempfile

from benchmarks.finetuning import cut_train_file
from benchmarks.processes import measured, run_system

ARGUMENTS = {"length": 128, "batch": 32, "learning_rate": 5e-5}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bert_folder", required=True)
    parser.add_argument("--input_data_dir", type=pathlib.Path, required=True)
    parser.add_argument("--num_examples", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--keras_hub_python", required=True)
    args = parser.parse_args()
    peer = (args.keras_hub_python, "keras_hub_text_classifier")
    own = (sys.executable, "ours_text_classifier")
    systems = {
        "ours": (*own, {"xla": False}),
        "keras_hub": (*peer, {"xla": False}),
        "keras_hub, XLA": (*peer, {"xla": True}),
        "ours, LoRA": (
            *own,
            {"xla": False, "lora_rank": 8, "learning_rate": 5e-4},
        ),
    }
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        cut_train_file(args, pathlib.Path(folder))
        for seed, name in itertools.product(range(args.rounds), systems):
            python, module, settings = systems[name]
            arguments = {
                "bert_folder": args.bert_folder,
                "folder": folder,
                "seed": seed,
                **ARGUMENTS,
                **settings,
            }
            taken, output = measured(
                functools.partial(run_system, python, module, **arguments)
            )
            found = json.loads(output.splitlines()[-1])
            lines.append({"system": name, "seed": seed, **taken, **found})
            print(json.dumps(lines[-1]), flush=True)
    for name in list(systems)[1:]:
        theirs, our = (
            statistics.median(x["seconds"] for x in lines if x["system"] == y)
            for y in (name, "ours")
        )
        ratio = {"system": name, "seconds, over ours": round(theirs / our, 2)}
        print(json.dumps(ratio))


if __name__ == "__main__":
    main()
