"""Times a guide of Keras, from text to a fine-tuned model: KerasHub and ours.

    python -m benchmarks.guide --vocab_file=MINILM/vocab.txt \
      --data_folder=../shared/data --keras_hub_python=.venv-hub/bin/python

The guide pretrains a Transformer on Wikipedia and fine-tunes it on SST-2
(https://keras.io/guides/keras_hub/transformer_pretraining). Both systems have
its first network (three layers, 128 wide), its batches and its rates, and read
the same paragraphs and sentences: float32, two threads, TensorFlow without XLA,
which is slower on a CPU. The guide takes 117,130 steps on a GPU; `--steps` says
how many are taken here. Each system hides a fifth of the same unseen paragraphs
by its own layer. Prints a JSON line a run, and ratios.
"""

import argparse
import itertools
import json
import pathlib
import sys
import tempfile

from benchmarks.processes import run_system
from nlp_modeling import data


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--vocab_file", required=True)
    parser.add_argument("--data_folder", required=True)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--num_labeled", type=int, default=10_000)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--keras_hub_python", required=True)
    args = parser.parse_args()
    pythons = {"ours": sys.executable, "keras_hub": args.keras_hub_python}
    lines = {}
    with tempfile.TemporaryDirectory() as folder:
        records = pathlib.Path(folder, "records.json")
        records.write_text(
            json.dumps(read_records(args.data_folder, args.num_labeled))
        )
        for name, python in pythons.items():
            output = run_system(
                python,
                f"{name}_guide",
                records=str(records),
                vocab_file=args.vocab_file,
                steps=args.steps,
                epochs=args.epochs,
            )
            lines[name] = json.loads(output.splitlines()[-1])
            print(json.dumps({"system": name, **lines[name]}), flush=True)
    for unit in ("pretraining_seconds", "finetuning_seconds"):
        ratio = lines["keras_hub"][unit] / lines["ours"][unit]
        print(json.dumps({f"{unit}, peer over ours": round(ratio, 2)}))


def read_records(folder, num_labeled):
    """Reads the paragraphs of Wikipedia and the sentences of SST-2."""
    records = {}
    for part in ("train-00", "valid"):
        lines = data.read_lines(f"{folder}/wikipedia/{part}.txt.gz")
        # Short lines are headings.
        records[part] = [line for line in lines if len(line) > 100]
    records["valid"] = records["valid"][:2000]
    for part in ("train", "dev"):
        file = f"{folder}/sst2/{part}.tsv.gz"
        rows = data.read_table(file, ["sentence", "label"])
        rows = [row for _, row in itertools.islice(rows, num_labeled)]
        records[part] = (
            [text for text, _ in rows],
            [int(label) for _, label in rows],
        )
    return records


if __name__ == "__main__":
    main()
