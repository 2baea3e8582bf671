"""Times fine-tuning a classifier: two peers' own programs and ours, in turn.

    python -m benchmarks.finetuning --bert_folder=MINILM \
      --input_data_dir=sst2 --num_examples=10000 \
      --garden_python=.venv-garden/bin/python \
      --hugging_face_python=.venv-hub/bin/python

SST-2, one epoch, batches of 32, 5e-5, float32, two threads, from the same
weights: ours from the TSV files to the score on dev; Hugging Face's `Trainer`,
also from the TSV files, with batches padded to their longest sentence;
tf-models-official's `legacy/bert/run_classifier`, from our records, since its
own data script refuses local files. Prints a JSON line a run, and ratios of
medians: of wall-clock time and, which another program's load disturbs least, of
processor time. Start-up counts. The number of a round is its seed; the garden's
program has none, and starts each run from another.
"""

import argparse
import itertools
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

from benchmarks.processes import finish, measured, run_system

BATCH, LENGTH, LEARNING_RATE = 32, 128, 5e-5


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bert_folder", required=True)
    parser.add_argument("--input_data_dir", type=pathlib.Path, required=True)
    parser.add_argument("--num_examples", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--garden_python")
    parser.add_argument("--hugging_face_python")
    args = parser.parse_args()
    systems = {"ours": ours}
    for name in ("hugging_face", "garden"):
        if getattr(args, f"{name}_python"):
            systems[name] = peer(name, getattr(args, f"{name}_python"))
    with tempfile.TemporaryDirectory() as folder:
        prepare(args, pathlib.Path(folder))
        lines = []
        for seed, name in itertools.product(range(args.rounds), systems):
            taken, accuracy = measured(
                lambda name=name, seed=seed: systems[name](
                    args.bert_folder, folder, seed
                )
            )
            lines.append(
                {
                    "system": name,
                    "seed": seed,
                    "examples": args.num_examples,
                    **taken,
                    "dev_accuracy": round(accuracy, 4),
                }
            )
            print(json.dumps(lines[-1]), flush=True)
    for name in list(systems)[1:]:
        ratio = {"peer": name}
        for unit in ("seconds", "cpu_seconds"):
            theirs, our = (
                statistics.median(x[unit] for x in lines if x["system"] == each)
                for each in (name, "ours")
            )
            ratio[f"{unit}, peer over ours"] = round(theirs / our, 2)
        print(json.dumps(ratio))


def cut_train_file(args, folder):
    """Copies SST-2 with the first examples of its train file."""
    with open(args.input_data_dir / "train.tsv") as file:
        lines = list(itertools.islice(file, args.num_examples + 1))
    (folder / "train.tsv").write_text("".join(lines))
    dev = (args.input_data_dir / "dev.tsv").read_text()
    (folder / "dev.tsv").write_text(dev)


def prepare(args, folder):
    """Cuts the train file, and makes what the garden needs."""
    cut_train_file(args, folder)
    if not args.garden_python:
        return
    subprocess.run(
        [
            *(sys.executable, "-m", "official_runs.create_finetuning_data"),
            "--classification_task_name=SST-2",
            f"--input_data_dir={folder}",
            f"--vocab_file={args.bert_folder}/vocab.txt",
            f"--max_seq_length={LENGTH}",
            f"--train_data_output_path={folder}/train.tfrecord",
            f"--eval_data_output_path={folder}/dev.tfrecord",
            f"--meta_data_file_path={folder}/meta_data",
        ],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    run_system(
        args.garden_python,
        "model_garden_weights",
        bert_folder=args.bert_folder,
        folder=str(folder),
    )


def ours(bert_folder, folder, seed):
    model_dir = pathlib.Path(folder, f"ours-{seed}")
    finish(
        [
            *(sys.executable, "-m", "official_runs.run_classifier"),
            "--task=sst2",
            f"--input_data_dir={folder}",
            f"--init_checkpoint={bert_folder}",
            f"--max_seq_length={LENGTH}",
            f"--train_batch_size={BATCH}",
            f"--learning_rate={LEARNING_RATE}",
            "--num_train_epochs=1",
            f"--seed={seed}",
            f"--model_dir={model_dir}",
        ]
    )
    scores = json.loads((model_dir / "scores.json").read_text())
    return scores["accuracy"]["mean"]


def peer(name, python):
    """A peer, to be called like `ours`."""
    modules = {
        "hugging_face": "hugging_face_classifier",
        "garden": "model_garden_classifier",
    }

    def run(bert_folder, folder, seed):
        output = run_system(
            python,
            modules[name],
            bert_folder=bert_folder,
            folder=folder,
            length=LENGTH,
            batch=BATCH,
            learning_rate=LEARNING_RATE,
            seed=seed,
        )
        return json.loads(output.splitlines()[-1])

    return run


if __name__ == "__main__":
    main()
