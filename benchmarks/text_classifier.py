"""Times a classifier that learns from strings, beside KerasHub's, in turn.

    python -m benchmarks.text_classifier --bert_folder=MINILM \
      --input_data_dir=sst2 --keras_hub_python=.venv-hub/bin/python

SST-2's first examples, one epoch of `fit(texts, labels)` and `evaluate` on dev,
batches of 32, sequences of at most 128, AdamW at 5e-5, float32, two threads,
TensorFlow, from the same weights. KerasHub with and without XLA, since either
may be faster. Start-up counts. The number of a round is its seed. Prints a JSON
line a run, and ratios of medians.
"""

import argparse
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
    systems = {
        "ours": (sys.executable, "ours_text_classifier", False),
        "keras_hub": (
            args.keras_hub_python,
            "keras_hub_text_classifier",
            False,
        ),
        "keras_hub, XLA": (
            args.keras_hub_python,
            "keras_hub_text_classifier",
            True,
        ),
    }
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        cut_train_file(args, pathlib.Path(folder))
        for seed, name in itertools.product(range(args.rounds), systems):
            python, module, xla = systems[name]
            taken, output = measured(
                lambda python=python, module=module, xla=xla, seed=seed: (
                    run_system(
                        python,
                        module,
                        bert_folder=args.bert_folder,
                        folder=folder,
                        seed=seed,
                        xla=xla,
                        **ARGUMENTS,
                    )
                )
            )
            accuracy = json.loads(output.splitlines()[-1])
            line = {"system": name, "seed": seed, **taken}
            lines.append({**line, "dev_accuracy": round(accuracy, 4)})
            print(json.dumps(lines[-1]), flush=True)
    for name in list(systems)[1:]:
        theirs, our = (
            statistics.median(x["seconds"] for x in lines if x["system"] == y)
            for y in (name, "ours")
        )
        ratio = {"peer": name, "seconds, peer over ours": theirs / our}
        print(json.dumps(ratio))


if __name__ == "__main__":
    main()
