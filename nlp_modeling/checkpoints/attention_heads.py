"""Parts and joins the heads in the weights of an attention layer."""

import numpy as np

# Shapes: H hidden, N heads, D hidden of a head.


def part_heads(path: str, value: np.ndarray, heads: int) -> np.ndarray:
    """Parts the heads of a weight, as Keras's `MultiHeadAttention` has them.

    Args:
        path: The weight's path here.
        value: [H, H] of a kernel, or [H] of a bias.
        heads: N.

    Returns:
        [H, N, D] of a kernel, [N, D, H] of the output's, [N, D] of a bias. The
        output's bias, and a weight of another layer, stay as they are.
    """
    if "/attention/" not in path or path.endswith("output_bias"):
        return value
    if path.endswith("output_kernel"):
        return value.reshape(heads, -1, value.shape[-1])
    return value.reshape(*value.shape[:-1], heads, -1)


def join_heads(path: str, value: np.ndarray) -> np.ndarray:
    """Joins the heads of a weight that `part_heads` parted."""
    if "/attention/" not in path:
        return value
    if path.endswith("_bias"):
        return value.reshape(-1)
    if path.endswith("output_kernel"):
        return value.reshape(-1, value.shape[-1])
    return value.reshape(value.shape[0], -1)
