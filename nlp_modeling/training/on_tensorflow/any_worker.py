"""Shares a flag among all workers."""

import tensorflow as tf


def any_worker(flag: bool) -> bool:
    """Tells every worker whether the flag is true on any of them.

    Call it in the scope of the strategy, on all workers at the same step.
    """
    strategy = tf.distribute.get_strategy()
    found = _any_replica(strategy, tf.constant(float(flag)))
    return bool(strategy.experimental_local_results(found)[0])


@tf.function
def _any_replica(strategy, flag):
    def summed(flag):
        context = tf.distribute.get_replica_context()
        # The strategy sums over devices only tensors that live on them.
        flag = tf.identity(flag)
        return context.all_reduce(tf.distribute.ReduceOp.SUM, flag) > 0

    return strategy.run(summed, args=(flag,))
