"""PositionEmbedding and SelfAttentionMask."""

import keras
import numpy as np
import pytest

from nlp_modeling import layers

DATA = np.zeros((2, 3, 4), "float32")


def test_positions_get_the_first_rows_of_the_table():
    layer = layers.PositionEmbedding(5)
    found = keras.ops.convert_to_numpy(layer(DATA))
    rows = layer.get_weights()[0][:3]
    np.testing.assert_array_equal(found, np.stack([rows, rows]))


@pytest.mark.parametrize("batch", [0, 1, 2, 3, 4])
@pytest.mark.parametrize(
    "add",
    [
        lambda data, positions: data + positions,
        lambda data, positions: keras.layers.Add()([data, positions]),
        lambda data, positions: keras.layers.add([positions, data]),
    ],
)
def test_each_example_gets_the_positions_whatever_the_batch(batch, add):
    """Also where there are as many examples as positions, 3."""
    layer = layers.PositionEmbedding(5)
    inputs = keras.Input((None, 4))
    model = keras.Model(inputs, add(inputs, layer(inputs)))
    data = np.random.default_rng(0).normal(size=(batch, 3, 4))
    wanted = data + layer.get_weights()[0][:3]
    tensor = keras.ops.convert_to_tensor(data, "float32")
    for found in (model(data), add(tensor, layer(data))):
        np.testing.assert_allclose(
            keras.ops.convert_to_numpy(found), wanted, atol=1e-6
        )


def test_a_sequence_longer_than_the_table_is_named():
    with pytest.raises(ValueError, match="length=3, max_length=2"):
        layers.PositionEmbedding(2)(DATA)


def test_every_position_may_look_at_those_that_are_no_padding():
    mask = np.array([[1, 1, 0], [0, 0, 0]])
    found = layers.SelfAttentionMask()([DATA, mask])
    np.testing.assert_array_equal(
        keras.ops.convert_to_numpy(found), mask[:, None].repeat(3, axis=1)
    )
