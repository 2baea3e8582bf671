"""Counts the records of files."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from nlp_modeling.data.records.read_records import file_size, is_packed
from nlp_modeling.data.records.record_blocks import record_blocks


def count_records(files: Sequence[str]) -> int:
    """Counts the records of files.

    Args:
        files: Paths of TFRecord files, compressed with gzip or not.

    Raises:
        ValueError: If a file is missing or empty.
        tf.errors.InvalidArgumentError: At a damaged record; see
            `record_blocks`.
    """
    total = 0
    for file in files:
        blocks = record_blocks(
            tf.constant(file),
            tf.constant(file_size(file), tf.int64),
            packed=is_packed(file),
        )
        sizes = blocks.map(lambda records, _: tf.size(records, tf.int64))
        total += int(sizes.reduce(np.int64(0), lambda n, more: n + more))
    return total
