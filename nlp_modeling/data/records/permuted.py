"""Permutes rows by numbers such as a seed and an epoch."""

import tensorflow as tf


def permuted(rows: dict[str, tf.Tensor], *numbers) -> dict[str, tf.Tensor]:
    """Permutes rows. `numbers` alone decide the new order.

    Args:
        rows: Columns of equal length, [R] or [R, ...].
        *numbers: int scalars, such as a seed, an epoch and a window.

    Returns:
        The same columns, all in the same new order.
    """
    seed = tf.zeros([2], tf.int64)
    for number in numbers:
        seed = tf.random.experimental.stateless_fold_in(
            seed, tf.cast(number, tf.int64)
        )
    size = tf.shape(next(iter(rows.values())))[0]
    order = tf.argsort(tf.random.stateless_uniform([size], seed))
    return {name: tf.gather(column, order) for name, column in rows.items()}
