"""TransformerEncoderBlock puts attention and feed-forward together."""

import re

import keras
import numpy as np
import pytest

from nlp_modeling import layers, networks

RNG = np.random.default_rng(0)
DATA = RNG.normal(size=(2, 5, 8)).astype("float32")
MASK = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0]], "float32")
MASK = MASK[:, None].repeat(5, axis=1)
RAMP = np.tril(np.ones((5, 5), "float32"))[None].repeat(2, axis=0)


def array(tensor):
    return keras.ops.convert_to_numpy(tensor)


def block(**arguments):
    keras.utils.set_random_seed(1)
    layer = layers.TransformerEncoderBlock(2, 12, "relu", **arguments)
    layer([DATA, MASK])
    return layer


def normalized(x):
    x = x - x.mean(-1, keepdims=True)
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-12)


def test_post_norm_normalizes_each_sum():
    layer = block()
    attended = array(layer.attention(DATA, MASK))
    data = normalized(DATA + attended)
    wanted = normalized(data + array(layer.feed_forward(data)))
    np.testing.assert_allclose(array(layer([DATA, MASK])), wanted, atol=1e-5)


def test_pre_norm_normalizes_each_input():
    layer = block(norm_first=True)
    data = DATA + array(layer.attention(normalized(DATA), MASK))
    wanted = data + array(layer.feed_forward(normalized(data)))
    np.testing.assert_allclose(array(layer([DATA, MASK])), wanted, atol=1e-5)


@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("first", [1, 2, 5, 7])
def test_an_output_range_gives_the_first_positions(norm_first, first):
    whole = array(block(norm_first=norm_first)([DATA, RAMP]))
    some = block(norm_first=norm_first, output_range=first)([DATA, RAMP])
    np.testing.assert_allclose(array(some), whole[:, :first], atol=1e-6)


@pytest.mark.parametrize("norm_first", [False, True])
def test_positions_give_these_alone(norm_first):
    positions = np.array([[4, 0, 4], [1, 3, 2]])
    layer = block(norm_first=norm_first)
    whole = array(layer([DATA, RAMP]))
    some = array(layer([DATA, RAMP], positions))
    wanted = np.take_along_axis(whole, positions[..., None], axis=1)
    np.testing.assert_allclose(some, wanted, atol=1e-6)


def test_a_position_outside_the_sequence_gives_nan_and_no_other():
    found = array(block()([DATA, MASK], np.array([[0, 5], [-1, 4]])))
    outside = np.isnan(found).all(axis=-1)
    assert outside.tolist() == [[False, True], [True, False]]
    assert not np.isnan(found[~outside]).any()


def test_no_mask_is_a_mask_of_ones():
    layer = block()
    np.testing.assert_array_equal(
        array(layer(DATA)), array(layer([DATA, np.ones_like(MASK)]))
    )


def test_dropout_acts_in_training_only():
    layer = block(output_dropout=0.5, attention_dropout=0.5, inner_dropout=0.5)
    still = array(layer([DATA, MASK]))
    np.testing.assert_array_equal(array(layer([DATA, MASK])), still)
    moving = array(layer([DATA, MASK], training=True))
    assert np.abs(moving - still).max() > 0.1


def test_two_kernels_of_one_layer_start_apart():
    layer = layers.SelfAttention(
        2, kernel_initializer=keras.initializers.RandomNormal()
    )
    layer.build((None, None, 8))
    query = array(layer.qkv_kernel)[:, :8]
    assert not np.array_equal(query, array(layer.output_kernel))


@pytest.mark.parametrize("output_range", [0, -1, 1.5, True])
def test_an_output_range_is_a_number_of_positions(output_range):
    with pytest.raises(ValueError, match=f"output_range={output_range}"):
        layers.TransformerEncoderBlock(2, 12, "relu", output_range=output_range)
    with pytest.raises(ValueError, match=f"output_range={output_range}"):
        networks.TransformerEncoder(
            9, 8, 1, 2, output_range=output_range, block=block()
        )


@pytest.mark.parametrize(
    "shape", [(2, 5, 4), (2, 4, 5), (2, 5, 1), (2, 5), (2, 1, 5, 5)]
)
def test_a_mask_of_another_shape_is_refused_when_the_block_is_built(shape):
    named = re.escape(", ".join(map(str, shape[1:])) + ") for positions")
    data, mask = keras.Input(DATA.shape[1:]), keras.Input(shape[1:])
    with pytest.raises(ValueError, match=named):
        layers.TransformerEncoderBlock(2, 12, "relu")([data, mask])
    with pytest.raises(ValueError, match=named):  # After it was built.
        block()([DATA, np.ones(shape, "float32")])


def test_a_mask_of_a_length_that_is_not_known_is_taken():
    data, mask = keras.Input((None, 8)), keras.Input((None, None))
    model = keras.Model([data, mask], block()([data, mask]))
    assert model([DATA, MASK]).shape == DATA.shape
