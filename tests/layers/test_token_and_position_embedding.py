"""TokenAndPositionEmbedding adds two tables, and scores by one."""

import keras
import numpy as np
import pytest

from nlp_modeling import layers


def test_words_and_positions_add_up():
    layer = layers.TokenAndPositionEmbedding(9, 5, 4)
    ids = np.array([[1, 2, 3], [3, 2, 8]])
    found = keras.ops.convert_to_numpy(layer(ids))
    words, positions = map(keras.ops.convert_to_numpy, layer.weights)
    assert words.shape == (9, 4) and positions.shape == (5, 4)
    np.testing.assert_allclose(found, words[ids] + positions[:3], rtol=1e-6)
    vectors = np.ones((2, 4), "float32")
    scores = keras.ops.convert_to_numpy(layer(vectors, reverse=True))
    np.testing.assert_allclose(scores, vectors @ words.T, rtol=1e-5)


def test_a_longer_sequence_is_refused():
    layer = layers.TokenAndPositionEmbedding(9, 2, 4)
    with pytest.raises(ValueError, match="max_length=2"):
        layer(np.array([[1, 2, 3]]))
