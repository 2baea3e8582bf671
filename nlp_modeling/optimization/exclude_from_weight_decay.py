"""Excludes weights from the decay of a Keras optimizer."""

import keras


def exclude_from_weight_decay(
    optimizer: keras.optimizers.Optimizer,
    names=("bias", "gamma", "beta"),
) -> keras.optimizers.Optimizer:
    """Excludes weights from the decay of a Keras optimizer.

    `AdamW` and `LAMB` of this package exclude the same weights by default, so
    this is for Keras's optimizers, such as `keras.optimizers.Adafactor`. Keras
    does not save the exclusion in the config of the optimizer.

    Args:
        optimizer: Changed in place, before it is built.
        names: Regular expressions. A weight does not decay if one is found in
            its name.

    Returns:
        `optimizer`.

    Raises:
        ValueError: If `optimizer` has no weight decay.
    """
    if optimizer.weight_decay is None:
        raise ValueError(
            "`optimizer` must have a weight decay. "
            f"Received: weight_decay=None, {optimizer=}."
        )
    optimizer.exclude_from_weight_decay(var_names=list(names))
    return optimizer
