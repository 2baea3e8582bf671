"""Names records by their file and their place in it, for errors."""

from collections.abc import Sequence

import tensorflow as tf


def record_origins(
    files: Sequence[str], rows: dict[str, tf.Tensor]
) -> tf.Tensor:
    """Names records by their file and their place in it, for errors.

    Args:
        files: Paths. The column `file` holds indices of this list.
        rows: Columns [B] from `read_records`.

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
