"""Chooses groups of pieces at random while they fit."""

from nlp_modeling.text.lazy_tensorflow import tf

# Shapes: B rows, S places of a row.


def choose_groups(sizes, keys, budgets):
    """Takes each row's groups in random order and skips groups that do not fit.

    If no group of a row fits, the first group in that order is taken.

    Args:
        sizes: int64 [B, S], the number of pieces of the group that begins at a
            place. 0 if no group begins there.
        keys: int64 [B, S], 63 random bits. Groups are taken in their order.
        budgets: int64 [B], the number of pieces that a row may take.

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
        # The first group that did not fit will never fit, so rounds are few.
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
