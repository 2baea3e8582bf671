"""Reads the first records of files, in the order of the files."""

from collections.abc import Sequence

import tensorflow as tf

from nlp_modeling.data.records.read_records import file_size, is_packed
from nlp_modeling.data.records.record_blocks import record_blocks


def first_records(files: Sequence[str], count: int) -> dict[str, tf.Tensor]:
    """Reads the first records of files, in the order of the files.

    It is a fast start: `read_records` traces what shuffles and skips.

    Args:
        files: Paths. All files or none are compressed with gzip.
        count: The most records to read.

    Returns:
        Columns [B], B <= `count`: `record` string, `file` int64 (an index of
        `files`) and `index` int64 (of the record in its file).

    Raises:
        ValueError: If there is no file, or a file is missing or empty.
        tf.errors.InvalidArgumentError: At a damaged record; see
            `record_blocks`.
    """
    if not files:
        raise ValueError(f"`files` must name a file. Received: {files=}.")
    records, numbers, indices = [], [], []
    for number, file in enumerate(files):
        blocks = record_blocks(
            tf.constant(file),
            tf.constant(file_size(file), tf.int64),
            packed=is_packed(files[0]),
        )
        for block, first in blocks:
            block = block[: count - len(records)]
            records += list(block.numpy())
            numbers += [number] * len(block)
            indices += range(int(first), int(first) + len(block))
            if len(records) == count:
                break
        if len(records) == count:
            break
    return {
        "record": tf.constant(records),
        "file": tf.constant(numbers, tf.int64),
        "index": tf.constant(indices, tf.int64),
    }
