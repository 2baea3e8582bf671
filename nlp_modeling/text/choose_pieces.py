"""Chooses pieces at random."""

import tensorflow as tf

# Shapes: B rows, S places of a row.


def choose_pieces(is_piece, keys, budgets, max_budget: int):
    """Takes as many random pieces of each row as it may have.

    Args:
        is_piece: bool [B, S], what there is to take.
        keys: int64 [B, S], 63 random bits, the lowest of which are taken.
        budgets: int64 [B], the pieces that a row may take, 1 or more.
        max_budget: The most that `budgets` holds.

    Returns:
        bool [B, S].
    """
    keys = tf.where(is_piece, keys, keys.dtype.max)
    count = tf.minimum(max_budget, tf.shape(keys)[1])
    # Finding the highest that is taken is quicker than sorting.
    lowest = -tf.math.top_k(-keys, count).values
    is_taken = tf.range(count, dtype=tf.int64) < budgets[:, tf.newaxis]
    last = tf.reduce_max(tf.where(is_taken, lowest, -1), axis=1, keepdims=True)
    return is_piece & (keys <= last)
