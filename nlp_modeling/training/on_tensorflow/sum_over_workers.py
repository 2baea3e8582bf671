"""Sums numbers over all workers."""

from collections.abc import Sequence

import tensorflow as tf


def sum_over_workers(*numbers: float) -> Sequence[float]:
    """Sums numbers over all replicas of all workers.

    Call it in the scope of the strategy, on all workers at the same step: each
    gets the same sums.
    """
    strategy = tf.distribute.get_strategy()
    sums = _summed(strategy, tf.constant(numbers, tf.float32))
    return strategy.experimental_local_results(sums)[0].numpy().tolist()


@tf.function(autograph=False)
def _summed(strategy, numbers):
    def summed(numbers):
        context = tf.distribute.get_replica_context()
        # The strategy sums over devices only tensors that live on them.
        numbers = tf.identity(numbers)
        return context.all_reduce(tf.distribute.ReduceOp.SUM, numbers)

    return strategy.run(summed, args=(numbers,))
