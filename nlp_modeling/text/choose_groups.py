"""Chooses groups of pieces at random while they fit."""

import tensorflow as tf

# Shapes: B rows, S places of a row.


def choose_groups(sizes, keys, budgets):
    """Takes each row's groups in random order, passing over what does not fit.

    A row of which no group fits has its first one taken nonetheless.

    Args:
        sizes: int64 [B, S], the pieces of the group that begins at a place, or
            0 where none does.
        keys: int64 [B, S], 63 random bits, which are the order.
        budgets: int64 [B], the pieces that a row may take.

    Returns:
        bool [B, S], whether the group that begins at a place is taken.
    """
    order = tf.argsort(tf.where(sizes > 0, keys, keys.dtype.max))
    sizes = tf.gather(sizes, order, batch_dims=1)

    def take_what_fits(taken, waits, left):
        fits = waits & (sizes <= left)
        size = tf.where(fits, sizes, 0)
        takes = fits & (tf.cumsum(size, axis=1) <= left)
        used = tf.reduce_sum(tf.where(takes, size, 0), 1, keepdims=True)
        # The first that waits now is too large for good: few rounds.
        return taken | takes, fits & ~takes, left - used

    nothing = tf.zeros_like(sizes, tf.bool)
    taken, _, _ = tf.while_loop(
        lambda taken, waits, left: tf.reduce_any(waits),
        take_what_fits,
        (nothing, sizes > 0, budgets[:, tf.newaxis]),
    )
    is_first = tf.range(tf.shape(sizes)[1]) == 0
    taken |= is_first & ~tf.reduce_any(taken, 1, keepdims=True)
    return tf.gather(taken, tf.argsort(order), batch_dims=1)
