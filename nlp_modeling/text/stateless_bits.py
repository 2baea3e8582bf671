"""Draws random bits that are a function of a seed and a place."""

from nlp_modeling.text.lazy_tensorflow import tf

# SplitMix64: https://doi.org/10.1145/2660193.2660195
_GAMMA = 0x9E3779B97F4A7C15
_MIX = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1))


def stateless_bits(seeds, places, draw: int):
    """Draws 63 random bits for each place of each row.

    TensorFlow's stateless generators take one seed for a call and fill a tensor
    in order, so a row's bits would depend on the rows before it.

    Args:
        seeds: int64 [..., 2], a seed for each row.
        places: int [...], counted from 0 in each row. Broadcast.
        draw: The number of the draw. Each number gives a place other bits.

    Returns:
        int64 [...], 0 or more.
    """
    seeds = tf.cast(seeds, tf.uint64)
    state = _mix(_mix(seeds[..., 0]) + seeds[..., 1])
    state = _mix(state + tf.constant(draw, tf.uint64))
    bits = _mix(state + tf.cast(places, tf.uint64))
    return tf.cast(tf.bitwise.right_shift(bits, _uint64(1)), tf.int64)


def _mix(state):
    """Advances a state and scrambles it."""
    state += _uint64(_GAMMA)
    for shift, factor in _MIX:
        shifted = tf.bitwise.right_shift(state, _uint64(shift))
        state = tf.bitwise.bitwise_xor(state, shifted) * _uint64(factor)
    return state


def _uint64(value):
    return tf.constant(value, tf.uint64)
