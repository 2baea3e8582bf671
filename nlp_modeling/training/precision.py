"""Sets the number format that a model computes in."""

import keras

POLICIES = {
    "fp32": "float32",
    "bf16": "mixed_bfloat16",
    "fp16": "mixed_float16",
}


def set_precision(dtype: str = "fp32") -> None:
    """Sets the Keras policy of the layers that are made from now on.

    Weights stay float32 under every policy.

    Args:
        dtype: `fp32`, `bf16` or `fp16`.

    Raises:
        ValueError: If `dtype` is another one.
    """
    if dtype not in POLICIES:
        raise ValueError(
            f"`dtype` must be one of {list(POLICIES)}. Received: {dtype=}."
        )
    keras.config.set_dtype_policy(POLICIES[dtype])


def scaled(optimizer, dtype: str = "fp32", loss_scale: str | float = "dynamic"):
    """Scales the loss of an optimizer, so that float16 gradients stay above 0.

    Reference:
        Mixed Precision Training: https://arxiv.org/abs/1710.03740

    Args:
        optimizer: A Keras optimizer.
        dtype: `fp32`, `bf16` or `fp16`; only `fp16` is scaled.
        loss_scale: `dynamic`, or the factor of the loss.

    Raises:
        ValueError: If `loss_scale` is neither.
    """
    if dtype != "fp16":
        return optimizer
    if loss_scale == "dynamic":
        return keras.optimizers.LossScaleOptimizer(optimizer)
    try:
        optimizer.loss_scale_factor = float(loss_scale)
    except ValueError:
        raise ValueError(
            "`loss_scale` must be 'dynamic' or a number. "
            f"Received: {loss_scale=}."
        ) from None
    return optimizer
