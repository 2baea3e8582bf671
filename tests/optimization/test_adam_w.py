"""AdamW: the numbers of the paper, by weight."""

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import networks, optimization
from tests.optimization.training import GRADIENTS, WEIGHTS, train

RATE, DECAY, EPSILON = 1e-2, 0.1, 1e-6


def by_hand(weight, gradients, rate=RATE, decay=DECAY):
    """Follows algorithm 2 of Loshchilov & Hutter, with Keras's epsilon."""
    mean, square = np.zeros_like(weight), np.zeros_like(weight)
    for step, gradient in enumerate(gradients, start=1):
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        correction = np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        update = correction * mean / (np.sqrt(square) + EPSILON)
        weight = weight - rate * decay * weight - rate * update
    return weight


def adam_w(**arguments):
    return optimization.AdamW(RATE, weight_decay=DECAY, **arguments)


@functools.cache
def plainly_trained():
    return train(adam_w())


def test_a_kernel_moves_and_decays_as_in_the_paper():
    trained = plainly_trained()["dense/kernel"]
    expected = by_hand(WEIGHTS["dense/kernel"], GRADIENTS["dense/kernel"])
    np.testing.assert_allclose(trained, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("path", ["dense/bias", "norm/gamma", "norm/beta"])
def test_biases_and_normalizations_do_not_decay(path):
    expected = by_hand(WEIGHTS[path], GRADIENTS[path], decay=0.0)
    trained = plainly_trained()[path]
    np.testing.assert_allclose(trained, expected, rtol=1e-5, atol=1e-6)


def test_without_exclusions_it_is_keras_s():
    ours = train(adam_w(exclude_from_weight_decay=()))
    theirs = train(
        keras.optimizers.AdamW(RATE, weight_decay=DECAY, epsilon=EPSILON)
    )
    for path in WEIGHTS:
        np.testing.assert_allclose(ours[path], theirs[path], rtol=1e-5)


def test_the_exclusions_of_keras_s_own_method_count_too():
    optimizer = adam_w()
    optimizer.exclude_from_weight_decay(var_names=["kernel"])
    path = "dense/kernel"
    expected = by_hand(WEIGHTS[path], GRADIENTS[path], decay=0.0)
    np.testing.assert_allclose(train(optimizer)[path], expected, rtol=1e-5)


def test_a_multiplier_scales_step_and_decay_of_what_it_fits_first():
    trained = train(
        adam_w(learning_rate_multipliers=[("kern", 0.5), ("dense", 0.1)])
    )
    for path, rate in {
        "dense/kernel": RATE / 2,
        "dense/qkv_kernel": RATE / 2,
        "norm/gamma": RATE,
        "dense/bias": RATE / 10,
    }.items():
        decay = DECAY if "kernel" in path else 0.0
        expected = by_hand(WEIGHTS[path], GRADIENTS[path], rate, decay)
        np.testing.assert_allclose(
            trained[path], expected, rtol=1e-5, atol=1e-6
        )


def test_exactly_the_matrices_of_an_encoder_decay():
    weights = networks.TransformerEncoder(
        100,
        hidden_size=8,
        num_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        sequence_length=4,
    ).trainable_variables
    for weight in weights:
        weight.assign(tf.ones(weight.shape))
    optimizer = adam_w()
    optimizer.build(weights)
    optimizer.apply([tf.zeros(weight.shape) for weight in weights])
    for weight in weights:
        expected = 1 - RATE * DECAY if len(weight.shape) == 2 else 1.0
        np.testing.assert_allclose(weight, np.full(weight.shape, expected))


def test_amsgrad_is_refused():
    with pytest.raises(ValueError, match="amsgrad=True"):
        optimization.AdamW(amsgrad=True)
