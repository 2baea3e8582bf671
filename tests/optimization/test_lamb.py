"""LAMB: the numbers of the paper, by weight and by part of a weight."""

import functools

import numpy as np
import pytest

from nlp_modeling import optimization
from tests.optimization.training import GRADIENTS, WEIGHTS, train

RATE, DECAY, EPSILON = 1e-2, 0.1, 1e-6
KERNEL, JOINED = "dense/kernel", "dense/qkv_kernel"


def by_hand(weight, gradients, decay=DECAY, adapt=True):
    """Follows algorithm 2 of You et al., with the identity for phi."""
    mean, square = np.zeros_like(weight), np.zeros_like(weight)
    for step, gradient in enumerate(gradients, start=1):
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        root = np.sqrt(square / (1 - 0.999**step))
        update = mean / (1 - 0.9**step) / (root + EPSILON) + decay * weight
        norms = np.linalg.norm(weight), np.linalg.norm(update)
        ratio = norms[0] / norms[1] if adapt and all(norms) else 1.0
        weight = weight - RATE * ratio * update
    return weight


def lamb(**arguments):
    return optimization.LAMB(RATE, weight_decay=DECAY, **arguments)


@functools.cache
def plainly_trained():
    return train(lamb())


def assert_close(trained, expected):
    np.testing.assert_allclose(trained, expected, rtol=1e-5, atol=1e-6)


def test_a_kernel_moves_as_in_the_paper():
    expected = by_hand(WEIGHTS[KERNEL], GRADIENTS[KERNEL])
    assert_close(plainly_trained()[KERNEL], expected)


@pytest.mark.parametrize("path", ["dense/bias", "norm/gamma", "norm/beta"])
def test_biases_and_normalizations_neither_decay_nor_adapt(path):
    expected = by_hand(WEIGHTS[path], GRADIENTS[path], decay=0, adapt=False)
    assert_close(plainly_trained()[path], expected)


def test_decay_and_adaptation_are_excluded_apart():
    trained = train(lamb(exclude_from_layer_adaptation=["kernel"]))
    path = "dense/bias"
    assert_close(trained[path], by_hand(WEIGHTS[path], GRADIENTS[path], 0))
    expected = by_hand(WEIGHTS[KERNEL], GRADIENTS[KERNEL], adapt=False)
    assert_close(trained[KERNEL], expected)


def test_query_key_and_value_have_a_trust_ratio_each():
    trained = plainly_trained()[JOINED]
    parts = zip(
        np.split(trained, 3, axis=-1),
        np.split(WEIGHTS[JOINED], 3, axis=-1),
        np.split(GRADIENTS[JOINED], 3, axis=-1),
        strict=True,
    )
    for part, weight, gradients in parts:
        assert_close(part, by_hand(weight, gradients))
    whole = by_hand(WEIGHTS[JOINED], GRADIENTS[JOINED])
    assert np.abs(trained - whole).max() > 1e-3


def test_a_joined_bias_that_adapts_does_so_by_part():
    path = "dense/qkv_bias"
    trained = train(lamb(exclude_from_layer_adaptation=()))[path]
    expected = [
        by_hand(weight, gradients, decay=0)
        for weight, gradients in zip(
            np.split(WEIGHTS[path], 3),
            np.split(GRADIENTS[path], 3, axis=-1),
            strict=True,
        )
    ]
    assert_close(trained, np.concatenate(expected))


def test_a_weight_of_zeros_takes_the_plain_step():
    weights = {KERNEL: np.zeros((4, 6))}
    expected = by_hand(weights[KERNEL], GRADIENTS[KERNEL])
    assert_close(train(lamb(), weights)[KERNEL], expected)


def test_gradients_of_zeros_leave_the_decay_alone():
    weights = {KERNEL: WEIGHTS[KERNEL]}
    gradients = {KERNEL: np.zeros_like(GRADIENTS[KERNEL])}
    # The update is the decay: a step has the length of the weight times RATE.
    expected = WEIGHTS[KERNEL] * (1 - RATE) ** 5
    assert_close(train(lamb(), weights, gradients)[KERNEL], expected)
    undecayed = lamb(exclude_from_weight_decay=["kernel"])
    undecayed = train(undecayed, weights, gradients)[KERNEL]
    np.testing.assert_array_equal(undecayed, WEIGHTS[KERNEL].astype("f"))


@pytest.mark.parametrize("scale", [1e-5, 1e5])
def test_small_and_large_weights_keep_the_precision(scale):
    weights = {KERNEL: scale * WEIGHTS[KERNEL]}
    expected = by_hand(weights[KERNEL], GRADIENTS[KERNEL])
    trained = train(lamb(), weights)[KERNEL]
    error = np.linalg.norm(trained - expected) / np.linalg.norm(expected)
    assert error < 1e-6


def test_small_gradients_keep_the_precision():
    weights = {KERNEL: WEIGHTS[KERNEL]}
    gradients = {KERNEL: 1e-9 * GRADIENTS[KERNEL]}  # Far below epsilon.
    optimizer = lamb(
        exclude_from_weight_decay=["kernel"], exclude_from_layer_adaptation=()
    )
    expected = by_hand(weights[KERNEL], gradients[KERNEL], decay=0)
    assert_close(train(optimizer, weights, gradients)[KERNEL], expected)


def test_parts_that_do_not_divide_the_weight_are_refused():
    with pytest.raises(ValueError, match=r"4 weights in dense/kernel"):
        train(lamb(joined_weights=[("kernel", 4)]))
