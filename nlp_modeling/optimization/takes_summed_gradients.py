"""Tells an optimizer that its gradients are sums over the replicas."""

import keras


def takes_summed_gradients(optimizer: keras.optimizers.Optimizer) -> None:
    """Tells an optimizer that its gradients are sums over the replicas.

    Keras adds gradients up over the replicas as the last thing before the
    update. A loop that clips by the norm of the sum has added them up before,
    and a second sum would multiply them by the number of replicas.

    Args:
        optimizer: Changed in place; in a `LossScaleOptimizer`, the inner one.

    Raises:
        TypeError: If it is no Keras optimizer on TensorFlow.
    """
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    if not hasattr(inner, "_all_reduce_sum_gradients"):
        raise TypeError(
            "`optimizer` must be a Keras optimizer on TensorFlow. "
            f"Received: {optimizer=}."
        )
    inner._all_reduce_sum_gradients = list
