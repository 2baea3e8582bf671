"""Puts words at some positions of each sequence."""

from keras import ops

# Shapes: B batch, S sequence, P positions.


def put_words(words, new, positions, weights):
    """Puts words at some positions of each sequence.

    Args:
        words: int [B, S].
        new: int [B, P].
        positions: int [B, P], each in [0, S), no two of a row alike but where
            the weight is 0.
        weights: float [B, P], 0 for a word that is not put anywhere.

    Returns:
        int32 [B, S].
    """
    # A sum in place of a scatter, which TPUs are slow at.
    places = ops.cumsum(ops.ones_like(words), axis=1) - 1
    here = ops.equal(positions[..., None], places[:, None])
    here = ops.cast(ops.logical_and(here, weights[..., None] > 0), "int32")
    put = ops.sum(here * ops.cast(new, "int32")[..., None], axis=1)
    return ops.where(ops.sum(here, axis=1) > 0, put, ops.cast(words, "int32"))
