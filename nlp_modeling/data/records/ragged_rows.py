"""Ragged tensors as lists of NumPy arrays, and back."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf


def split(ragged: tf.RaggedTensor) -> list[np.ndarray]:
    """Gives each row of a ragged [B, (T)]."""
    return np.split(ragged.values.numpy(), ragged.row_splits.numpy()[1:-1])


def join(rows: Sequence[np.ndarray]) -> tf.RaggedTensor:
    """Gives the ragged [B, (T)] of which these are the rows, one or more."""
    return tf.RaggedTensor.from_row_lengths(
        np.concatenate(rows), [len(row) for row in rows]
    )
