r"""Applies an exported model to text: lines or JSON in, JSON lines out.

  python -m official_runs.predict --model_export_path=/tmp/sst2/export \
    --input_file=reviews.txt --output_file=labels.jsonl

Input is one text a line, or with --input_format=jsonl an object a line with the
fields that the model takes: `text`; `text` and `text_pair`; `question` and
`context`. Output has a line for each, in the same order: the fields that came
in, and what the model gives. Texts of similar length are served together.
"""

import contextlib
import itertools
import json
import os
import sys
from collections.abc import Iterator

import tensorflow as tf
import tensorflow_text  # noqa: F401  Operations that split text.
from absl import flags

from nlp_modeling import data, files, json_files
from official_runs.program.run_program import run_program

_MODEL = flags.DEFINE_string(
    "model_export_path", None, "The folder of an exported model.", required=True
)
_INPUT = flags.DEFINE_string("input_file", "-", "A file; - for standard input.")
_OUTPUT = flags.DEFINE_string("output_file", "-", "- for standard output.")
_FORMAT = flags.DEFINE_enum(
    "input_format",
    None,
    ["text", "jsonl"],
    "Unless given: jsonl for a file of that name and for models of two inputs.",
)
_BATCH_SIZE = flags.DEFINE_integer(
    "predict_batch_size", 32, "Texts that are served at once.", lower_bound=1
)
_OVERWRITE = flags.DEFINE_bool("overwrite", False, "Replace what exists.")

# Batches whose texts are sorted by length together.
_SORTED = 64
# Begins the names of a tagger's outputs: lists, as long as a text has entities.
_ENTITY = "entity_"


def load(folder: str):
    """Loads the signature of an exported model."""
    if not tf.io.gfile.exists(os.path.join(folder, "saved_model.pb")):
        raise ValueError(
            "A model must be a folder that export_model wrote. Received: "
            f"model_export_path={folder}."
        )
    serve = tf.saved_model.load(folder).signatures["serving_default"]
    return serve, sorted(serve.structured_input_signature[1])


def read_records(file: str, is_json: bool, names: list[str]) -> Iterator[dict]:
    """Yields the records of a file, each with a string by every name.

    Final blank lines are no records, nor is any blank line of JSON.

    Raises:
        ValueError: If a line is not UTF-8 or, with `is_json`, no JSON object
            with a string by every name. Names the file and the line.
    """
    lines = _standard_input() if file == "-" else data.read_lines(file)
    for number, line in enumerate(data.without_final_blanks(lines), start=1):
        if not is_json:
            yield {names[0]: line}
        elif line.strip():
            place = f"{file=}, line={number}"
            record = json_files.parse_json(line, dict, place)
            if not all(isinstance(record.get(name), str) for name in names):
                raise ValueError(
                    f"A line must be a JSON object with strings {names}. "
                    f"Received: {place}."
                )
            yield record


def predict(
    serve, records: list[dict], names: list[str], batch_size: int
) -> Iterator[dict]:
    """Yields what the model gives for records, in their order."""
    lengths = [sum(len(record[name]) for name in names) for record in records]
    order = sorted(range(len(records)), key=lengths.__getitem__)
    predictions = [{}] * len(records)
    for first in range(0, len(order), batch_size):
        rows = order[first : first + batch_size]
        batch = {
            name: tf.constant([records[row][name] for row in rows])
            for name in names
        }
        outputs = {k: v.numpy().tolist() for k, v in serve(**batch).items()}
        for i, row in enumerate(rows):
            values = {k: outputs[k][i] for k in sorted(outputs)}
            predictions[row] = _plain(values)
    yield from predictions


def _plain(values):
    """Makes strings of bytes, and of a tagger's columns a list of entities."""
    columns = {k: v for k, v in values.items() if k.startswith(_ENTITY)}
    values = {k: _text(v) for k, v in values.items() if k not in columns}
    if columns:
        values["entities"] = [
            {k.removeprefix(_ENTITY): _text(v[i]) for k, v in columns.items()}
            for i in range(values.pop("num_entities"))
        ]
    return values


def _text(value):
    return (
        value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    )


def _standard_input():
    for number, line in enumerate(sys.stdin.buffer, start=1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            yield text.rstrip("\r\n")
        except UnicodeDecodeError:
            raise ValueError(
                f"Text must be UTF-8. Received: file='-', line={number}."
            ) from None


@contextlib.contextmanager
def _output(file):
    if file == "-":
        yield sys.stdout
        return
    with data.whole_output(file, _OVERWRITE.value, is_file=True) as partial:
        with files.open_file(partial, "w") as stream:
            yield stream


def main():
    serve, names = load(_MODEL.value)
    name = _INPUT.value.lower().removesuffix(".gz")
    is_json = (
        _FORMAT.value == "jsonl"
        or _FORMAT.value is None
        and (len(names) > 1 or name.endswith((".jsonl", ".json", ".ndjson")))
    )
    records = read_records(_INPUT.value, is_json, names)
    size = _BATCH_SIZE.value
    with _output(_OUTPUT.value) as stream:
        while some := list(itertools.islice(records, _SORTED * size)):
            predictions = predict(serve, some, names, size)
            for record, outputs in zip(some, predictions, strict=True):
                line = json.dumps({**record, **outputs}, ensure_ascii=False)
                stream.write(line + "\n")


if __name__ == "__main__":
    run_program(main)
