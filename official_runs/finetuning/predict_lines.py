"""Applies an exported model to lines of text or JSON."""

import sys
from collections.abc import Iterator

import tensorflow as tf
import tensorflow_text  # noqa: F401  Operations that split text.

from nlp_modeling import checkpoints, data, files, json_files
from official_runs.artefacts.load_litert import load_litert
from official_runs.artefacts.load_onnx import load_onnx

# Begins the names of a tagger's outputs: lists, as long as a text has entities.
_ENTITY = "entity_"


def load(folder: str):
    """Loads an exported model, and the names of its strings.

    Returns:
        A function from lists of B strings, by name, to a dict of lists of B
        values; and the names.

    Raises:
        ValueError: If the folder is of no such model, or damaged.
    """
    if files.file_exists(f"{folder}/model.onnx"):
        return load_onnx(folder)
    if files.file_exists(f"{folder}/model.tflite"):
        return load_litert(folder)
    if not files.file_exists(f"{folder}/saved_model.pb"):
        raise _no_model(
            f"{folder}, without saved_model.pb, model.onnx and model.tflite"
        )
    # TensorFlow says IndexError, and no name.
    if not checkpoints.is_whole(f"{folder}/variables/variables"):
        raise _no_model(f"{folder}, whose variables are damaged")
    try:
        signatures = tf.saved_model.load(folder).signatures
    except (ValueError, OSError, tf.errors.OpError) as error:
        raise _no_model(f"{folder}: {error}") from error
    serve = signatures.get("serving_default")
    inputs = serve.structured_input_signature[1] if serve else {}
    if not inputs or {x.dtype for x in inputs.values()} != {tf.string}:
        raise _no_model(f"{folder}, which takes no strings")

    def call(**texts):
        outputs = serve(**{k: tf.constant(v) for k, v in texts.items()})
        return {k: v.numpy().tolist() for k, v in outputs.items()}

    return call, sorted(inputs)


def _no_model(received):
    return ValueError(
        "A model must be a whole folder that export_model wrote. Received: "
        f"model_export_path={received}."
    )


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
        outputs = serve(
            **{name: [records[row][name] for row in rows] for name in names}
        )
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
