"""Hugging Face's recipe for SQuAD 1.1. Writes the answers to dev.

Run with the JSON of the arguments of `main`, by an environment that has
transformers and PyTorch.
"""

import json
import pathlib
import sys

import numpy as np
import transformers

from benchmarks.systems import hugging_face_trainer

N_BEST, MAX_ANSWER_LENGTH = 20, 30


def main(bert_folder, folder, length, stride, batch, learning_rate, seed):
    """Leaves `folder`/hugging_face.json."""
    transformers.set_seed(seed)
    tokenizer = transformers.AutoTokenizer.from_pretrained(bert_folder)

    def read(name):
        content = json.loads(pathlib.Path(folder, name).read_text())
        questions = [
            {"context": paragraph["context"], **question}
            for article in content["data"]
            for paragraph in article["paragraphs"]
            for question in paragraph["qas"]
        ]
        windows = tokenizer(
            [each["question"].lstrip() for each in questions],
            [each["context"] for each in questions],
            truncation="only_second",
            max_length=length,
            stride=stride,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        return questions, windows

    trainer = hugging_face_trainer.trainer(
        transformers.AutoModelForQuestionAnswering.from_pretrained(bert_folder),
        tokenizer,
        train_examples(*read("train.json")),
        f"{folder}/hugging_face",
        batch,
        learning_rate,
        seed=seed,
    )
    trainer.train()
    answers = answers_of(trainer, *read("dev.json"))
    path = pathlib.Path(folder, "hugging_face.json")
    path.write_text(json.dumps(answers))


def features_of(windows):
    names = ("input_ids", "token_type_ids", "attention_mask")
    rows = zip(*(windows[name] for name in names), strict=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def train_examples(questions, windows):
    examples = features_of(windows)
    for row, of in enumerate(windows["overflow_to_sample_mapping"]):
        start, end = answer_places(
            windows["offset_mapping"][row],
            windows.sequence_ids(row),
            questions[of]["answers"][0],
        )
        examples[row] |= {"start_positions": start, "end_positions": end}
    return examples


def answers_of(trainer, questions, windows):
    """The text of the best span of all windows, by question."""
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
    best = (-np.inf, 0, 0)
    for first in np.argsort(starts)[: -N_BEST - 1 : -1]:
        for last in np.argsort(ends)[: -N_BEST - 1 : -1]:
            fits = in_context[first] and in_context[last]
            if fits and first <= last < first + MAX_ANSWER_LENGTH:
                best = max(best, (starts[first] + ends[last], first, last))
    return best


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
