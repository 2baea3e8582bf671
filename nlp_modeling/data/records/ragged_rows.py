"""Turns ragged tensors into lists of NumPy arrays, and back."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf


def split(ragged: tf.RaggedTensor) -> list[np.ndarray]:
    """Splits a ragged [B, (T)] into its rows."""
    return np.split(ragged.values.numpy(), ragged.row_splits.numpy()[1:-1])


def join(rows: Sequence[np.ndarray]) -> tf.RaggedTensor:
    """Joins one or more rows into a ragged [B, (T)]."""
    return tf.RaggedTensor.from_row_lengths(
        np.concatenate(rows), [len(row) for row in rows]
    )
