"""Fine-tunes on SQuAD 1.1, a peer's recipe and ours, and scores both alike.

    python -m benchmarks.squad --bert_folder=MINILM --input_data_dir=squad \
      --num_questions=10000 --hugging_face_python=.venv-hub/bin/python

The first questions of train, one epoch, windows of 384 tokens every 128,
batches of 16, 5e-5, float32, from the same weights, and the answers to the
whole of dev by the official score. The peer is the recipe of Hugging Face's
`run_qa.py`, with batches padded to their longest window. `--num_dev_questions`
takes fewer, for a first look. Prints a JSON line a run: scores, seconds and
processor time, start-up and dev included.
"""

import argparse
import gzip
import json
import pathlib
import sys
import tempfile

from benchmarks.processes import finish, measured, run_system
from nlp_modeling import data, evaluation

BATCH, LENGTH, STRIDE, LEARNING_RATE = 16, 384, 128, 5e-5


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bert_folder", required=True)
    parser.add_argument("--input_data_dir", type=pathlib.Path, required=True)
    parser.add_argument("--num_questions", type=int, default=10_000)
    parser.add_argument("--num_dev_questions", type=int)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--hugging_face_python")
    args = parser.parse_args()
    systems = {"ours": ours}
    if args.hugging_face_python:
        systems["hugging_face"] = hugging_face(args.hugging_face_python)
    with tempfile.TemporaryDirectory() as path:
        folder = pathlib.Path(path)
        cut(args.input_data_dir, "train", args.num_questions, folder)
        cut(args.input_data_dir, "dev", args.num_dev_questions, folder)
        questions = list(data.read_squad(str(folder / "dev.json")))
        for seed in range(args.seeds):
            for name, run in systems.items():
                taken, answers = measured(
                    lambda run=run, seed=seed: run(
                        args.bert_folder, folder, seed
                    )
                )
                scores = evaluation.squad_v1_1_scores(
                    questions, json.loads(answers.read_text())
                )
                line = {"system": name, "seed": seed, **taken, **scores}
                print(json.dumps(line), flush=True)


def cut(source, split, count, folder):
    """Writes the first questions of a file."""
    path = source / f"{split}-v1.1.json"
    opened = open(path) if path.exists() else gzip.open(f"{path}.gz", "rt")
    with opened as file:
        content = json.load(file)
    left = sys.maxsize if count is None else count
    for article in content["data"]:
        for paragraph in article["paragraphs"]:
            paragraph["qas"] = paragraph["qas"][:left]
            left -= len(paragraph["qas"])
        article["paragraphs"] = [x for x in article["paragraphs"] if x["qas"]]
    content["data"] = [x for x in content["data"] if x["paragraphs"]]
    (folder / f"{split}.json").write_text(json.dumps(content))


def ours(bert_folder, folder, seed):
    """Gives the path of the answers."""
    model_dir = folder / f"ours-{seed}"
    finish(
        [
            *(sys.executable, "-m", "official_runs.run_squad"),
            f"--train_file={folder}/train.json",
            f"--predict_file={folder}/dev.json",
            f"--init_checkpoint={bert_folder}",
            f"--max_seq_length={LENGTH}",
            f"--doc_stride={STRIDE}",
            f"--train_batch_size={BATCH}",
            f"--learning_rate={LEARNING_RATE}",
            "--num_train_epochs=1",
            f"--seed={seed}",
            f"--model_dir={model_dir}",
        ]
    )
    return model_dir / "predictions.json"


def hugging_face(python):
    """The peer, to be called like `ours`."""

    def run(bert_folder, folder, seed):
        run_system(
            python,
            "hugging_face_squad",
            bert_folder=bert_folder,
            folder=str(folder),
            length=LENGTH,
            stride=STRIDE,
            batch=BATCH,
            learning_rate=LEARNING_RATE,
            seed=seed,
        )
        return folder / "hugging_face.json"

    return run


if __name__ == "__main__":
    main()
