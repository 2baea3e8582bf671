"""Batches for the replicas of the strategy."""

from collections.abc import Callable

import tensorflow as tf


def spread_batches(
    batches: Callable[[tf.distribute.InputContext], tf.data.Dataset],
) -> tf.data.Dataset | tf.distribute.DistributedDataset:
    """Gives what `strategy.run` takes, one element after the other.

    To be called in the scope of the strategy.

    Args:
        batches: Takes the input context and gives batches, one element for
            each replica of the pipeline in turn.
    """
    strategy = tf.distribute.get_strategy()
    if strategy.num_replicas_in_sync > 1 or isinstance(
        strategy, tf.distribute.TPUStrategy
    ):
        return strategy.distribute_datasets_from_function(batches)
    # What TensorFlow wraps around a dataset has a tuner, which is waited for
    # where an iterator ends: up to as long as it lived, at most a minute.
    with tf.device("CPU:0"):
        return batches(tf.distribute.InputContext())
