"""Rotates the vectors of heads by their positions."""

from keras import ops

# Shapes: B batch, S sequence, N heads, D width of a head.


def rotate_pairs(heads, positions, theta: float):
    """Rotates the vectors of heads by their positions.

    The product of two vectors then depends on the distance of their positions.
    The pairs of numbers that are rotated together are D / 2 apart, as in GPT-J
    and Hugging Face, and not neighbours as in the paper: the same up to the
    order of a head's numbers.

    Reference:
        RoFormer, section 3.2: https://arxiv.org/abs/2104.09864

    Args:
        heads: float [B, N, S, D], D even.
        positions: int [B, S] or [1, S].
        theta: The base of the wavelengths: pair i turns by theta^(-2i/D) a
            position.

    Returns:
        float [B, N, S, D].
    """
    half = heads.shape[-1] // 2
    pairs = ops.arange(half, dtype="float32")
    speeds = ops.power(float(theta), -pairs / half)
    angles = ops.cast(positions, "float32")[:, None, :, None] * speeds
    cos, sin = (ops.cast(f(angles), heads.dtype) for f in (ops.cos, ops.sin))
    first, second = heads[..., :half], heads[..., half:]
    return ops.concatenate(
        [first * cos - second * sin, second * cos + first * sin], axis=-1
    )
