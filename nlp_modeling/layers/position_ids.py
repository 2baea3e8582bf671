"""Counts the positions of each sequence of a packed row."""

from keras import ops

# Shapes: B batch, S places of a row.


def position_ids(sequence_ids):
    """Counts the positions of each sequence of a packed row, from 0.

    Args:
        sequence_ids: int [B, S], the sequence that a place belongs to: 1, 2 and
            so on, and 0 for padding.

    Returns:
        int32 [B, S].
    """
    same = ops.equal(sequence_ids[:, :, None], sequence_ids[:, None, :])
    return ops.sum(ops.cast(ops.tril(same, k=-1), "int32"), axis=-1)
