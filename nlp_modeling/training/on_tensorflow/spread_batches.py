"""Spreads batches over the replicas of the strategy."""

from collections.abc import Callable

import tensorflow as tf


def spread_batches(
    batches: Callable[[tf.distribute.InputContext], tf.data.Dataset],
) -> tf.data.Dataset | tf.distribute.DistributedDataset:
    """Spreads batches over the replicas: elements for `strategy.run`.

    Call it in the scope of the strategy.

    Args:
        batches: Takes the input context and gives batches, one element for
            each replica of the pipeline in turn.
    """
    strategy = tf.distribute.get_strategy()
    if strategy.num_replicas_in_sync > 1 or isinstance(
        strategy, tf.distribute.TPUStrategy
    ):
        return strategy.distribute_datasets_from_function(batches)
    # TensorFlow's distributed dataset has an autotuner. Its iterator waits for
    # the autotuner at its end, up to a minute.
    with tf.device("CPU:0"):
        return batches(tf.distribute.InputContext())
