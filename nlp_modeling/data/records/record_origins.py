"""What errors call a record."""

from collections.abc import Sequence

import tensorflow as tf


def record_origins(
    files: Sequence[str], rows: dict[str, tf.Tensor]
) -> tf.Tensor:
    """Says where each row comes from.

    Args:
        files: What `file` of a row counts.
        rows: Columns [B], as `read_records` makes them.

    Returns:
        string [B].
    """
    return tf.strings.join(
        [
            "file=",
            tf.gather(tf.constant(files), rows["file"]),
            ", record=",
            tf.strings.as_string(rows["index"]),
        ]
    )
