"""Writes the records of a task's files, and their description."""

import contextlib
import json
from collections.abc import Mapping

import tensorflow as tf

from nlp_modeling import data, files
from official_runs.program.progress import Progress


def write_records(
    make: data.TextRecords | data.SquadRecords | data.TaggingRecords,
    inputs: Mapping[str, str],
    outputs: Mapping[str, str],
    meta_data_path: str,
    *,
    overwrite: bool = False,
) -> dict:
    """Writes the records of a task's files, and their description.

    Test examples get no labels. Outputs appear when all of them are whole, the
    description last.

    Args:
        make: Makes the records.
        inputs: The file of each split: `train`, `eval` or `test`.
        outputs: The TFRecord file of each.
        meta_data_path: The JSON file of the description.
        overwrite: Whether to replace what exists.

    Returns:
        The description.

    Raises:
        ValueError: If a file cannot be read, or outputs share a path.
        FileExistsError: If an output exists, and is not to be replaced.
    """
    paths = {"meta": meta_data_path, **outputs}
    data.require_different(paths.values())
    meta_data = {**make.meta_data, "max_seq_length": make.sequence_length}
    with contextlib.ExitStack() as stack:
        # The first to be entered appears last.
        partial = {
            split: stack.enter_context(
                data.whole_output(path, overwrite, is_file=True)
            )
            for split, path in paths.items()
        }
        # Bad input ends here, before the work.
        examples = {
            split: list(make.read(file, split != "test"))
            for split, file in inputs.items()
        }
        for split, rows in examples.items():
            meta_data[f"{split}_data_size"] = _write(
                make, split, rows, partial[split]
            )
        with files.open_file(partial["meta"], "w") as file:
            file.write(json.dumps(meta_data, indent=4) + "\n")
    return meta_data


def _write(make, split, examples, path):
    """Writes the records of a split, and counts them."""
    count = 0
    with (
        Progress(split, total=len(examples)) as progress,
        tf.io.TFRecordWriter(path) as writer,
    ):

        def counted():
            for example in examples:
                progress.add(1)
                yield example

        for record in make.encode(counted(), split != "test"):
            writer.write(record)
            progress.add(0, len(record))
            count += 1
    return count
