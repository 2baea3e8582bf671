"""Dropout drops its share, and nothing that it should not."""

import keras
import numpy as np
import pytest

from nlp_modeling import layers

ONES = np.ones((4, 256, 101), "float32")


def drop(inputs, rate, seed=0, **arguments):
    layer = layers.Dropout(rate, seed=seed, **arguments)
    dropped = layer(inputs, training=True)
    return keras.ops.convert_to_numpy(keras.ops.cast(dropped, "float32"))


@pytest.mark.parametrize("rate", [0.002, 0.1, 0.5, 0.99])
def test_it_drops_its_share_and_keeps_the_mean(rate):
    dropped = drop(ONES, rate)
    deviation = np.sqrt(rate * (1 - rate) / ONES.size)
    assert abs((dropped == 0).mean() - rate) < 5 * deviation
    np.testing.assert_allclose(dropped.max(), 1 / (1 - rate), rtol=1e-3)
    assert abs(dropped.mean() - 1) < 5 * deviation / (1 - rate)
    assert len(np.unique(dropped)) == 2


def test_values_are_dropped_independently():
    """Two that are neighbours on any axis, or share the bits of one draw."""
    dropped = (drop(ONES, 0.3) == 0).astype("float64") - 0.3
    flat = dropped.ravel()
    pairs = [(flat[: -d or None], flat[d:]) for d in (1, 2, 3)]
    pairs += [(dropped[:, :-1], dropped[:, 1:])]
    pairs += [(dropped[:-d], dropped[d:]) for d in (1, 2, 3)]
    for left, right in pairs:
        correlation = (left * right).mean() / (0.3 * 0.7)
        assert abs(correlation) < 5 / np.sqrt(left.size)


def test_a_call_draws_anew_and_a_seed_draws_the_same():
    layer = layers.Dropout(0.5, seed=1)
    first, second = (
        keras.ops.convert_to_numpy(layer(ONES, training=True)) for _ in "ab"
    )
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, drop(ONES, 0.5, seed=1))


@pytest.mark.parametrize("shape", [(1,), (3, 5), (2, 0, 4)])
def test_any_shape_will_do(shape):
    found = drop(np.ones(shape, "float32"), 0.5)
    assert found.shape == shape
    assert np.isin(found, [0, 2]).all()


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_the_inputs_keep_their_kind(dtype):
    inputs = keras.ops.cast(ONES, dtype)
    layer = layers.Dropout(0.1, dtype=dtype)
    assert keras.backend.standardize_dtype(layer(inputs).dtype) == dtype
    found = layer(inputs, training=True)
    assert keras.backend.standardize_dtype(found.dtype) == dtype


@pytest.mark.parametrize("rate", [0, 1e-9, 1 - 1e-9, 1])
def test_a_rate_at_the_end_of_its_range_is_kept(rate):
    np.testing.assert_array_equal(drop(ONES, rate), ONES * (1 - round(rate)))


def test_nothing_is_dropped_outside_training():
    np.testing.assert_array_equal(np.array(layers.Dropout(0.9)(ONES)), ONES)


def test_a_noise_shape_drops_whole_rows():
    dropped = drop(ONES, 0.5, noise_shape=(4, 256, 1))
    assert ((dropped == 0).all(-1) | (dropped == 2).all(-1)).all()


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="a tape of TensorFlow's"
)
def test_a_gradient_passes_where_a_value_did():
    import tensorflow as tf

    inputs = tf.constant(ONES)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = layers.Dropout(0.3)(inputs, training=True)
    gradient = tape.gradient(outputs, inputs)
    np.testing.assert_array_equal(gradient, outputs)
