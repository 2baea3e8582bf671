"""Chooses groups of pieces at random while they fit."""

import tensorflow as tf

# Shapes: G groups of all rows, B rows.


def choose_groups(sizes, rows, keys, budgets):
    """Takes each row's groups in random order, passing over what does not fit.

    A row of which no group fits has its first one taken nonetheless.

    Args:
        sizes: int64 [G], the pieces of each group.
        rows: int64 [G], ascending.
        keys: int64 [G], 63 random bits, which are the order.
        budgets: int64 [B], the pieces that a row may take.

    Returns:
        bool [G].
    """
    order = tf.argsort(
        tf.bitwise.left_shift(rows, tf.constant(40, tf.int64))
        + tf.bitwise.right_shift(keys, tf.constant(23, tf.int64))
    )
    sizes = tf.gather(sizes, order)
    shape, num_rows = tf.shape(budgets), tf.size(budgets, tf.int64)
    first = tf.searchsorted(rows, tf.range(num_rows), out_type=tf.int64)

    def take_what_fits(taken, waits, left):
        fits = waits & (sizes <= tf.gather(left, rows))
        size = tf.where(fits, sizes, 0)
        before = tf.cumsum(size, exclusive=True)
        in_row = before - tf.gather(tf.gather(_padded(before), first), rows)
        takes = fits & (in_row + size <= tf.gather(left, rows))
        used = tf.where(takes, size, 0)
        used = tf.math.unsorted_segment_sum(used, rows, num_rows)
        # The first that waits now is too large for good: few rounds.
        return taken | takes, fits & ~takes, left - tf.reshape(used, shape)

    everything = tf.ones_like(sizes, tf.bool)
    taken, _, left = tf.while_loop(
        lambda taken, waits, left: tf.reduce_any(waits),
        take_what_fits,
        (~everything, everything, budgets),
    )
    is_first = tf.range(tf.size(rows, tf.int64)) == tf.gather(first, rows)
    taken |= is_first & tf.gather(left == budgets, rows)
    # As `scatter_nd`, which takes twenty times as long.
    taken = tf.math.unsorted_segment_max(
        tf.cast(taken, tf.int32), order, tf.size(sizes)
    )
    return tf.cast(taken, tf.bool)


def _padded(values):
    """Lets rows without groups, at the end, point behind the last group."""
    return tf.concat([values, [0]], 0)
