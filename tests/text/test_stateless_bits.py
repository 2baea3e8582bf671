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
    seeds = [[1, 2], [-5, 2**40]]
    rows, places, draw = [0, 0, 1], [0, 1, 7], 3
    bits = stateless_bits(tf.constant(seeds, tf.int64), rows, places, draw)
    expected = [
        mix(mix(mix(mix(seeds[r][0] & MASK) + seeds[r][1]) + draw) + p) >> 1
        for r, p in zip(rows, places, strict=True)
    ]
    np.testing.assert_array_equal(bits, expected)


def test_neighbouring_seeds_draws_and_places_are_unlike():
    rows, places = np.repeat(np.arange(64), 64), np.tile(np.arange(64), 64)
    seeds = np.stack([np.zeros(64, np.int64), np.arange(64)], axis=1)
    share = np.stack(
        [
            stateless_bits(seeds, rows, places, draw).numpy() / 2**63
            for draw in range(4)
        ]
    ).reshape(4, 64, 64)
    # Of 16,384 uniform numbers: five standard errors.
    assert abs(share.mean() - 1 / 2) < 5 * np.sqrt(1 / 12 / share.size)
    for axis in range(3):
        a = share.take(range(share.shape[axis] - 1), axis).ravel()
        b = share.take(range(1, share.shape[axis]), axis).ravel()
        assert abs(np.corrcoef(a, b)[0, 1]) < 5 / np.sqrt(a.size)
