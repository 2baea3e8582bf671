"""stateless_bits is SplitMix64, seeded by row, draw and place."""

import numpy as np
import tensorflow as tf

from nlp_modeling.text.stateless_bits import stateless_bits

MASK = 2**64 - 1


def mix(state):
    """SplitMix64's step, in Python's integers."""
    z = (state + 0x9E3779B97F4A7C15) & MASK
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def test_the_reference_generator_is_right():
    # The first output for the seed 0 in the published reference code.
    assert mix(0) == 0xE220A8397B1DCDAF


def test_bits_are_those_of_the_reference():
    seeds, places, draw = [[1, 2], [-5, 2**40]], [0, 1, 7], 3
    rows = tf.constant(seeds, tf.int64)[:, tf.newaxis]
    bits = stateless_bits(rows, places, draw)
    expected = [
        [mix(mix(mix(mix(a & MASK) + b) + draw) + p) >> 1 for p in places]
        for a, b in seeds
    ]
    np.testing.assert_array_equal(bits, expected)


def test_neighbouring_seeds_draws_and_places_are_unlike():
    seeds = np.stack([np.zeros(64, np.int64), np.arange(64)], axis=1)
    bits = [stateless_bits(seeds[:, None], range(64), i) for i in range(4)]
    share = np.stack(bits) / 2**63
    # Of 16,384 uniform numbers: five standard errors.
    assert abs(share.mean() - 1 / 2) < 5 * np.sqrt(1 / 12 / share.size)
    for axis in range(3):
        a = share.take(range(share.shape[axis] - 1), axis).ravel()
        b = share.take(range(1, share.shape[axis]), axis).ravel()
        assert abs(np.corrcoef(a, b)[0, 1]) < 5 / np.sqrt(a.size)
