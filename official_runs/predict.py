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
import sys

from absl import flags

from official_runs.program import flag_types
from official_runs.program.run_program import run_program

_MODEL = flag_types.input_folder(
    "model_export_path", None, "The folder of an exported model.", required=True
)
_INPUT = flag_types.input_file(
    "input_file", "-", "A file; - for standard input."
)
_OUTPUT = flag_types.path("output_file", "-", "- for standard output.")
_FORMAT = flags.DEFINE_enum(
    "input_format",
    None,
    ["text", "jsonl"],
    "Unless given: jsonl for a file of that name and for models of two inputs.",
)
_BATCH_SIZE = flag_types.whole_number(
    "predict_batch_size", 32, "Texts that are served at once.", high=2**16
)
_OVERWRITE = flags.DEFINE_bool("overwrite", False, "Replace what exists.")

# Batches whose texts are sorted by length together.
_SORTED = 64


@contextlib.contextmanager
def _output(file):
    if file == "-":
        yield sys.stdout
        return
    from nlp_modeling import data, files

    with data.whole_output(file, _OVERWRITE.value, is_file=True) as partial:
        with files.open_file(partial, "w") as stream:
            yield stream


def main():
    from official_runs.finetuning.predict_lines import (
        load,
        predict,
        read_records,
    )

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
