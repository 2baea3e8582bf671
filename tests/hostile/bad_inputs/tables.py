"""Lists bad tables: TSV, CSV and JSON lines."""

from tests.hostile.bad_inputs.bad_input import FOLDER, BadInput

_HEADER = "sentence\tlabel\n"
_ROWS = "babe bibo\t0\nbubo cace\t1\n" * 8
_CSV = _HEADER.replace("\t", ",") + _ROWS.replace("\t", ",")
_JSON = '{"sentence": "babe", "label": "0"}\n' * 8
# By file name: contents, and words of the error.
_DAMAGES = {
    "empty": ("t.tsv", "", ()),
    "blank": ("t.tsv", "\n\n\n", ()),
    "header only": ("t.tsv", _HEADER, ()),
    "no header": ("t.tsv", _ROWS, ("sentence",)),
    "other columns": ("t.tsv", "a\tb\n" + _ROWS, ("sentence",)),
    "no label column": ("t.tsv", "sentence\nbabe\n", ("label",)),
    "a column twice": (
        "t.tsv",
        "sentence\tlabel\tlabel\na\t0\t1\n",
        ("label",),
    ),
    "too few fields": ("t.tsv", _HEADER + _ROWS + "babe\n", ("18",)),
    "too many fields": ("t.tsv", _HEADER + _ROWS + "a\t1\t2\n", ("18",)),
    "no label": ("t.tsv", _HEADER + _ROWS + "babe\t\n", ("18",)),
    "blank label": ("t.tsv", _HEADER + _ROWS + "babe\t \n", ("18",)),
    "unknown label": ("t.tsv", _HEADER + _ROWS + "babe\t7\n", ("18", "7")),
    "a blank line": ("t.tsv", _HEADER + _ROWS + "\nbabe\t1\n", ("18",)),
    "Latin-1": ("t.tsv", (_HEADER + "é\t1\n").encode("latin-1"), ()),
    "UTF-16": ("t.tsv", (_HEADER + _ROWS).encode("utf-16"), ()),
    "NUL": ("t.tsv", bytes(100), ()),
    "CSV named TSV": ("t.tsv", _CSV, ("sentence",)),
    "a folder": ("t.tsv", FOLDER, ()),
    "CSV: header only": ("t.csv", "sentence,label\n", ()),
    "CSV: TSV": ("t.csv", _HEADER + _ROWS, ("sentence",)),
    "CSV: an open quote": ("t.csv", _CSV + '"babe,1\n', ("18",)),
    "CSV: too few fields": ("t.csv", _CSV + "babe\n", ("18",)),
    "CSV: unknown label": ("t.CSV", _CSV + "babe,x\n", ("18", "x")),
    "JSON: empty": ("t.jsonl", "", ()),
    "JSON: a list": ("t.jsonl", _JSON + "[]\n", ("9",)),
    "JSON: null": ("t.jsonl", _JSON + "null\n", ("9",)),
    "JSON: no key": ("t.jsonl", _JSON + "{}\n", ("9",)),
    "JSON: null label": (
        "t.jsonl",
        _JSON + '{"sentence": "a", "label": null}\n',
        ("9",),
    ),
    "JSON: list label": (
        "t.jsonl",
        _JSON + '{"sentence": "a", "label": []}\n',
        ("9",),
    ),
    "JSON: null text": (
        "t.jsonl",
        _JSON + '{"sentence": null, "label": "0"}\n',
        ("9",),
    ),
    "JSON: a lone surrogate": (
        "t.jsonl",
        _JSON + '{"sentence": "\\ud800", "label": "0"}\n',
        ("9",),
    ),
    "JSON: cut": ("t.jsonl", _JSON + '{"sentence": "a", "la', ("9",)),
    "JSON: deep": ("t.jsonl", _JSON + "[" * 200_000, ("9",)),
    "JSON: one list": ("t.json", "[" + _JSON.strip() + "]", ()),
    "JSON: CSV": ("t.jsonl", _CSV, ()),
    "gz: text": ("t.tsv.gz", _HEADER + _ROWS, ()),
    "gz: truncated": ("t.tsv.gz", b"\x1f\x8b\x08", ()),
}


def _tables():
    for what, (name, content, words) in _DAMAGES.items():
        for program, flag in (
            ("run_classifier", "train_file"),
            ("run_classifier", "eval_file"),
            ("create_finetuning_data", "train_file"),
        ):
            yield BadInput(
                program,
                f"{flag}: {what}",
                (name, *words),
                {flag: f"BAD/{name}"},
                files={name: content},
            )
    own = {
        "classification_task_name": None,
        "text_columns": "sentence",
        "train_file": "BAD/t.tsv",
        "eval_file": "BAD/t.tsv",
        "input_data_dir": None,
    }
    for what, (content, word) in {
        "one class": (_HEADER + "babe\t0\n" * 4, "0"),
        "no class": (_HEADER + "babe\t\n" * 4, "t.tsv"),
    }.items():
        yield BadInput(
            "run_classifier",
            f"own files: {what}",
            (word, "t.tsv"),
            own,
            files={"t.tsv": content},
        )
    for label in ("x", "nan", "inf", "1e999", "", "1,5"):
        yield BadInput(
            "run_classifier",
            f"regression: the label {label!r}",
            ("t.tsv", "3", label),
            {**own, "is_regression": True},
            files={"t.tsv": f"{_HEADER}babe\t0.5\nbabe\t{label}\n"},
        )


TABLES = list(_tables())
