"""Leaves weights out of the decay of one of Keras's own optimizers."""

import keras


def exclude_from_weight_decay(
    optimizer: keras.optimizers.Optimizer,
    names=("bias", "gamma", "beta"),
) -> keras.optimizers.Optimizer:
    """Leaves weights out of the decay of one of Keras's own optimizers.

    For `keras.optimizers.Adafactor` and others; `AdamW` and `LAMB` of this
    package leave the same weights out by themselves. Keras forgets it in the
    config of the optimizer.

    Args:
        optimizer: Changed in place, before it is built.
        names: Patterns, searched in a weight's path, of weights that do not
            decay.

    Returns:
        `optimizer`.

    Raises:
        ValueError: If `optimizer` decays nothing.
    """
    if optimizer.weight_decay is None:
        raise ValueError(
            "`optimizer` must have a weight decay. "
            f"Received: weight_decay=None, {optimizer=}."
        )
    optimizer.exclude_from_weight_decay(var_names=list(names))
    return optimizer
