"""Lists bad TFRecord files."""

import gzip

from tests.hostile.bad_inputs.bad_input import FOLDER, BadInput
from tests.hostile.bad_inputs.make_records import example, records


def _pretraining(**changes):
    good = {
        "input_ids": [2, 5, 6, 3, 7, 8, 3, 9],
        "segment_ids": [0, 0, 0, 0, 1, 1, 1, 1],
        "next_sentence_labels": [0],
    }
    return example(**{**good, **changes})


def _classification(**changes):
    good = {
        "input_ids": [2, 5, 6, 3] + [0] * 20,
        "input_mask": [1, 1, 1, 1] + [0] * 20,
        "segment_ids": [0] * 24,
        "label_ids": [0],
    }
    return example(**{**good, **changes})


def _ids(id, of=8):
    return {"input_ids": [2, 5, 6, 3, 7, 8, 3, id] + [0] * (of - 8)}


def _of_file(make):
    """Damages a file of good records."""
    good = records(*[make()] * 16)
    return {
        "empty": b"",
        "text": b"babe bibo\n" * 20,
        "truncated": good[:-7],
        "a header cut": good[:5],
        "a changed length": b"\xff" * 8 + good[8:],
        "a changed byte": good[:30] + b"x" + good[31:],
        "truncated gzip": gzip.compress(good)[:60],
        "no Example": records(b"\xff\xff\xff"),
        "no Example later": records(*[make()] * 8, b"\xff\xff\xff"),
        "an empty Example": records(example()),
        "other features": records(example(a=[1], b=[2.0])),
    }


_OF_FILE = (
    "empty",
    "text",
    "truncated",
    "a header cut",
    "a changed length",
    "a changed byte",
    "truncated gzip",
    "no Example",
    "no Example later",
    "an empty Example",
    "other features",
)
# After the records that are looked at before training.
_LATE = 1100
# By what is wrong with the last record: its number, its features.
_PRETRAINING = {
    "ids missing": (9, {"input_ids": None}),
    "ids of float": (9, {"input_ids": [2.5, 3.0]}),
    "ids of bytes": (9, {"input_ids": [b"a"]}),
    "an id too large": (9, _ids(10**6)),
    "an id too large later": (_LATE, _ids(10**6)),
    "the first id after the last": (9, _ids(107)),
    "a negative id": (9, _ids(-1)),
    "an id of 64 bits": (9, _ids(2**40)),
    "a type too large": (9, {"segment_ids": [7] * 8}),
    "a negative type": (9, {"segment_ids": [-1] * 8}),
    "lengths that differ": (9, {"segment_ids": [0] * 5}),
    "too long": (9, {"input_ids": [2] * 99, "segment_ids": [0] * 99}),
    "a class too large": (9, {"next_sentence_labels": [2]}),
    "no class": (9, {"next_sentence_labels": None}),
    "two classes": (9, {"next_sentence_labels": [0, 1]}),
}
_CLASSIFICATION = {
    "ids missing": (9, {"input_ids": None}),
    "ids of float": (9, {"input_ids": [2.5] * 24}),
    "an id too large": (9, _ids(10**6, 24)),
    "an id too large later": (_LATE, _ids(10**6, 24)),
    "a negative id": (9, _ids(-1, 24)),
    "a type too large": (9, {"segment_ids": [7] * 24}),
    "a mask of 2": (9, {"input_mask": [2] * 24}),
    "lengths that differ": (9, {"segment_ids": [0] * 5}),
    "a label too large": (9, {"label_ids": [7]}),
    "a negative label": (9, {"label_ids": [-1]}),
    "no label": (9, {"label_ids": None}),
    "two labels": (9, {"label_ids": [0, 1]}),
    "a label of float": (9, {"label_ids": [0.5]}),
}
_FROM_RECORDS = {
    "classification_task_name": None,
    "input_data_dir": None,
    "eval_data_path": "GOOD/records/dev.tfrecord",
    "input_meta_data_path": "GOOD/records/meta.json",
}


def _row(program, flag, what, content, flags):
    return BadInput(
        program,
        f"{flag}: {what}",
        ("bad.tfrecord",),
        {**flags, flag: "BAD/bad.tfrecord"},
        files={"bad.tfrecord": content},
        is_late="later" in what,
    )


def _rows(program, flag, make, features, flags):
    # TensorFlow is loaded when a content is written, not when it is listed.
    yield _row(program, flag, "a folder", FOLDER, flags)
    for what in _OF_FILE:
        content = lambda _, what=what: _of_file(make)[what]  # noqa: E731
        yield _row(program, flag, what, content, flags)
    for what, (number, changes) in features.items():

        def content(_, number=number, changes=changes):
            return records(*[make()] * (number - 1), make(**changes))

        if number == _LATE:
            flags = {**flags, "train_batch_size": 64, "num_train_steps": 40}
        yield _row(program, flag, what, content, flags)


RECORDS = [
    *_rows("run_pretraining", "input_files", _pretraining, _PRETRAINING, {}),
    *_rows("run_pretraining", "eval_files", _pretraining, {}, {}),
    *_rows("quickstart", "eval_files", _pretraining, {}, {}),
    *_rows(
        "run_classifier",
        "train_data_path",
        _classification,
        _CLASSIFICATION,
        _FROM_RECORDS,
    ),
]
_META = {
    "empty": "",
    "a list": "[]",
    "nothing": "{}",
    "truncated": '{"task_type": "bert_cl',
    "text for a number": '{"num_labels": "x"}',
    "another task": '{"task_type": "bert_squad"}',
    "bytes": b"\xff\xfe\x00\x01",
    "a folder": FOLDER,
}
RECORDS += [
    BadInput(
        "run_classifier",
        f"input_meta_data_path: {what}",
        ("meta.json",),
        {
            **_FROM_RECORDS,
            "train_data_path": "GOOD/records/train.tfrecord",
            "input_meta_data_path": "BAD/meta.json",
        },
        files={"meta.json": content},
    )
    for what, content in _META.items()
]
