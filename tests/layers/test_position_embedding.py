"""PositionEmbedding and SelfAttentionMask."""

import keras
import numpy as np
import pytest

from nlp_modeling import layers

DATA = np.zeros((2, 3, 4), "float32")


def test_positions_get_the_first_rows_of_the_table():
    layer = layers.PositionEmbedding(5)
    found = keras.ops.convert_to_numpy(layer(DATA))
    np.testing.assert_array_equal(found, layer.get_weights()[0][:3])


def test_a_sequence_longer_than_the_table_is_named():
    with pytest.raises(ValueError, match="length=3, max_length=2"):
        layers.PositionEmbedding(2)(DATA)


def test_every_position_may_look_at_those_that_are_no_padding():
    mask = np.array([[1, 1, 0], [0, 0, 0]])
    found = layers.SelfAttentionMask()([DATA, mask])
    np.testing.assert_array_equal(
        keras.ops.convert_to_numpy(found), mask[:, None].repeat(3, axis=1)
    )
