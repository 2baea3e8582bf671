"""Lists bad files of questions, in SQuAD's format."""

import copy
import json

from tests.hostile.bad_inputs.bad_input import FOLDER, BadInput

_GOOD = {
    "data": [
        {
            "title": "t",
            "paragraphs": [
                {
                    "context": "babe bibo bubo",
                    "qas": [
                        {
                            "id": f"q{i}",
                            "question": "what ?",
                            "answers": [{"text": "bibo", "answer_start": 5}],
                        }
                        for i in range(8)
                    ],
                }
            ],
        }
    ]
}


def _changed(change):
    root = copy.deepcopy(_GOOD)
    paragraph = root["data"][0]["paragraphs"][0]
    change(root, paragraph, paragraph["qas"][7])
    return json.dumps(root)


_CHANGES = {
    "no data": lambda root, p, q: root.pop("data"),
    "data of null": lambda root, p, q: root.update(data=None),
    "data of text": lambda root, p, q: root.update(data="x"),
    "no articles": lambda root, p, q: root.update(data=[]),
    "an article of null": lambda root, p, q: root["data"].append(None),
    "no paragraphs": lambda root, p, q: root["data"][0].pop("paragraphs"),
    "no context": lambda root, p, q: p.pop("context"),
    "a context of null": lambda root, p, q: p.update(context=None),
    "no questions": lambda root, p, q: p.pop("qas"),
    "questions of text": lambda root, p, q: p.update(qas="x"),
    "no id": lambda root, p, q: q.pop("id"),
    "an id twice": lambda root, p, q: q.update(id="q0"),
    "no question": lambda root, p, q: q.pop("question"),
    "a question of null": lambda root, p, q: q.update(question=None),
    "no answers": lambda root, p, q: q.pop("answers"),
    "answers of null": lambda root, p, q: q.update(answers=None),
    "an empty list of answers": lambda root, p, q: q.update(answers=[]),
    "no start": lambda root, p, q: q["answers"][0].pop("answer_start"),
    "a start of null": lambda root, p, q: q["answers"][0].update(
        answer_start=None
    ),
    "a negative start": lambda root, p, q: q["answers"][0].update(
        answer_start=-1
    ),
    "a start after the end": lambda root, p, q: q["answers"][0].update(
        answer_start=99
    ),
    "another place": lambda root, p, q: q["answers"][0].update(answer_start=4),
    "an empty answer": lambda root, p, q: q["answers"][0].update(text=""),
    "an answer of null": lambda root, p, q: q["answers"][0].update(text=None),
    "impossible, with an answer": lambda root, p, q: q.update(
        is_impossible="x"
    ),
}
_FILES = {
    **{what: _changed(change) for what, change in _CHANGES.items()},
    "empty": "",
    "a list": "[]",
    "null": "null",
    "truncated": json.dumps(_GOOD)[:-40],
    "deep": "[" * 200_000,
    "bytes": b"\xff\xfe\x00\x01",
    "UTF-16": json.dumps(_GOOD).encode("utf-16"),
    "a lone surrogate": json.dumps(_GOOD).replace("babe", "\\ud800"),
    "a folder": FOLDER,
    "text": "what ?\tbibo\n",
}
QUESTIONS = [
    BadInput(
        "run_squad",
        f"train_file of questions: {what}",
        ("questions.json",),
        {"train_file": "BAD/questions.json"},
        files={"questions.json": content},
    )
    for what, content in _FILES.items()
]
# What an evaluation needs: of these, answers may be missing.
QUESTIONS += [
    BadInput(
        program,
        f"{flag} of questions: {what}",
        ("questions.json",),
        {flag: "BAD/questions.json", **more},
        files={"questions.json": _FILES[what]},
    )
    for program, flag, more in (
        ("run_squad", "eval_file", {}),
        (
            "create_finetuning_data",
            "train_file",
            {"fine_tuning_task_type": "squad"},
        ),
    )
    for what in (
        "empty",
        "no data",
        "no articles",
        "no context",
        "no id",
        "an id twice",
        "a question of null",
        "an article of null",
        "deep",
        "truncated",
    )
]
