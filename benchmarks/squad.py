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

from benchmarks.finetuning import finish, measured
from benchmarks.systems import hugging_face_trainer

BATCH, LENGTH, STRIDE, LEARNING_RATE = 16, 384, 128, 5e-5
N_BEST, MAX_ANSWER_LENGTH = 20, 30


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bert_folder", required=True)
    parser.add_argument("--input_data_dir", type=pathlib.Path)
    parser.add_argument("--num_questions", type=int, default=10_000)
    parser.add_argument("--num_dev_questions", type=int)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--hugging_face_python")
    parser.add_argument("--folder", type=pathlib.Path, help="The peer's own.")
    parser.add_argument("--seed", type=int, help="The peer's own.")
    args = parser.parse_args()
    if args.folder:
        return hugging_face(args)
    pythons = {"ours": sys.executable}
    if args.hugging_face_python:
        pythons["hugging_face"] = args.hugging_face_python
    with tempfile.TemporaryDirectory() as folder:
        args.folder = pathlib.Path(folder)
        cut(args.input_data_dir, "train", args.num_questions, args.folder)
        cut(args.input_data_dir, "dev", args.num_dev_questions, args.folder)
        for seed in range(args.seeds):
            args.seed = seed
            for system, python in pythons.items():
                line, scores = measured(
                    lambda system=system, python=python: globals()[
                        f"start_{system}"
                    ](python, args)
                )
                line = {"system": system, "seed": seed, **line, **scores}
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


def start_ours(python, args):
    model_dir = args.folder / f"ours-{args.seed}"
    finish(
        [
            *(python, "-m", "official_runs.run_squad"),
            f"--train_file={args.folder}/train.json",
            f"--predict_file={args.folder}/dev.json",
            f"--init_checkpoint={args.bert_folder}",
            f"--max_seq_length={LENGTH}",
            f"--doc_stride={STRIDE}",
            f"--train_batch_size={BATCH}",
            f"--learning_rate={LEARNING_RATE}",
            "--num_train_epochs=1",
            f"--seed={args.seed}",
            f"--model_dir={model_dir}",
        ]
    )
    return scored(model_dir / "predictions.json", args.folder)


def start_hugging_face(python, args):
    finish(
        [
            *(python, "-m", "benchmarks.squad"),
            f"--bert_folder={args.bert_folder}",
            f"--folder={args.folder}",
            f"--seed={args.seed}",
        ]
    )
    return scored(args.folder / "hugging_face.json", args.folder)


def scored(predictions, folder):
    from nlp_modeling import data, evaluation

    questions = data.read_squad(str(folder / "dev.json"))
    answers = json.loads(predictions.read_text())
    return evaluation.squad_v1_1_scores(questions, answers)


def hugging_face(args):
    """Hugging Face's recipe for SQuAD."""
    import transformers

    transformers.set_seed(args.seed)
    tokenizer = transformers.AutoTokenizer.from_pretrained(args.bert_folder)
    trainer = hugging_face_trainer.trainer(
        transformers.AutoModelForQuestionAnswering.from_pretrained(
            args.bert_folder
        ),
        tokenizer,
        train_examples(tokenizer, questions_of(args.folder / "train.json")),
        args.folder / "hugging_face",
        BATCH,
        LEARNING_RATE,
        seed=args.seed,
    )
    trainer.train()
    answers = answers_of(
        trainer, tokenizer, questions_of(args.folder / "dev.json")
    )
    (args.folder / "hugging_face.json").write_text(json.dumps(answers))


def questions_of(path):
    return [
        {"context": paragraph["context"], **question}
        for article in json.loads(path.read_text())["data"]
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    ]


def windows_of(tokenizer, questions):
    return tokenizer(
        [each["question"].lstrip() for each in questions],
        [each["context"] for each in questions],
        truncation="only_second",
        max_length=LENGTH,
        stride=STRIDE,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
    )


def features_of(windows):
    names = ("input_ids", "token_type_ids", "attention_mask")
    rows = zip(*(windows[name] for name in names), strict=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def train_examples(tokenizer, questions):
    windows = windows_of(tokenizer, questions)
    examples = features_of(windows)
    for row, of in enumerate(windows["overflow_to_sample_mapping"]):
        start, end = answer_places(
            windows["offset_mapping"][row],
            windows.sequence_ids(row),
            questions[of]["answers"][0],
        )
        examples[row] |= {"start_positions": start, "end_positions": end}
    return examples


def answers_of(trainer, tokenizer, questions):
    """The text of the best span of all windows, by question."""
    import numpy as np

    windows = windows_of(tokenizer, questions)
    starts, ends = trainer.predict(features_of(windows)).predictions
    best = {}
    for row, of in enumerate(windows["overflow_to_sample_mapping"]):
        question = questions[of]
        in_context = np.array(windows.sequence_ids(row)) == 1
        score, first, last = best_span(
            starts[row][: len(in_context)],
            ends[row][: len(in_context)],
            in_context,
        )
        offsets = windows["offset_mapping"][row]
        if score > best.get(question["id"], (-np.inf, ""))[0]:
            text = question["context"][offsets[first][0] : offsets[last][1]]
            best[question["id"]] = score, text
    return {name: text for name, (_, text) in best.items()}


def answer_places(offsets, parts, answer):
    """The first and last token of an answer; [CLS] twice if it is not there."""
    begin = answer["answer_start"]
    end = begin + len(answer["text"])
    inside = [i for i, part in enumerate(parts) if part == 1]
    if begin < offsets[inside[0]][0] or end > offsets[inside[-1]][1]:
        return 0, 0
    first = max(i for i in inside if offsets[i][0] <= begin)
    last = min(i for i in inside if offsets[i][1] >= end)
    return first, last


def best_span(starts, ends, in_context):
    """The best of the spans between the best starts and the best ends."""
    import numpy as np

    best = (-np.inf, 0, 0)
    for first in np.argsort(starts)[: -N_BEST - 1 : -1]:
        for last in np.argsort(ends)[: -N_BEST - 1 : -1]:
            fits = in_context[first] and in_context[last]
            if fits and first <= last < first + MAX_ANSWER_LENGTH:
                best = max(best, (starts[first] + ends[last], first, last))
    return best


if __name__ == "__main__":
    main()
