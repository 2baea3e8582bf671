"""Lists bad files of tagged words, in CoNLL's columns."""

import gzip

from tests.hostile.bad_inputs.bad_input import FOLDER, BadInput

_GOOD = "babe\tB-x\nbibo\tI-x\nbubo\tO\n\n" * 8
# The bad line is the 33rd.
_DAMAGES = {
    "empty": ("", ()),
    "blank": ("\n\n\n", ()),
    "comments only": ("# a\n# b\n", ()),
    "one column": ("babe\nbibo\n\nbubo\n", ()),
    "no tag": (_GOOD + "babe\n", ("33",)),
    "an empty tag": (_GOOD + "babe\t\n", ("33",)),
    "an unknown scheme": (_GOOD + "babe\tZ-x\n", ("Z-x",)),
    "a tag without a dash": (_GOOD + "babe\tname\n", ("name",)),
    "a prefix without a kind": (_GOOD + "babe\tB-\n", ("B-",)),
    "Latin-1": ((_GOOD + "é\tO\n").encode("latin-1"), ()),
    "UTF-16": (_GOOD.encode("utf-16"), ()),
    "NUL": (bytes(100), ()),
    "bytes": (bytes(range(128, 256)), ()),
    "a folder": (FOLDER, ()),
    "JSON": ('{"words": ["babe"], "tags": ["O"]}\n', ()),
    "gz": (gzip.compress(_GOOD.encode()), ()),
}
TAGS = [
    BadInput(
        program,
        f"{flag} of tags: {what}",
        ("tags.conll", *words),
        {flag: "BAD/tags.conll", **more},
        files={"tags.conll": content},
    )
    for program, flag, more in (
        ("run_tagging", "train_file", {}),
        ("run_tagging", "eval_file", {}),
        (
            "create_finetuning_data",
            "train_file",
            {"fine_tuning_task_type": "tagging"},
        ),
    )
    for what, (content, words) in _DAMAGES.items()
]
TAGS += [
    BadInput(
        "run_tagging",
        f"a tag of --eval_file alone: {what}",
        ("tags.conll", what),
        {"eval_file": "BAD/tags.conll"},
        files={"tags.conll": f"babe\t{what}\n\n"},
    )
    for what in ("B-y", "I-z")
]
TAGS += [
    BadInput(
        "run_tagging",
        f"--labels={labels}",
        ("labels",),
        {"labels": labels},
    )
    for labels in ("O", "O,O", "B-x,I-x", "O,B-x,Z-x")
]
