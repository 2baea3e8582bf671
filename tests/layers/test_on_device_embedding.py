"""OnDeviceEmbedding looks ids up, and scores against the same table."""

import keras
import numpy as np
import pytest

from nlp_modeling import layers

TABLE = np.arange(12, dtype="float32").reshape(4, 3)


def embedding(**arguments):
    layer = layers.OnDeviceEmbedding(4, 3, **arguments)
    layer.build()
    layer.set_weights([TABLE])
    return layer


def array(tensor):
    return keras.ops.convert_to_numpy(tensor)


@pytest.mark.parametrize("use_one_hot", [False, True])
def test_an_id_gets_its_row(use_one_hot):
    found = embedding(use_one_hot=use_one_hot)(np.array([[2, 0]]))
    np.testing.assert_array_equal(array(found), TABLE[[2, 0]][None])


def test_vectors_are_scaled():
    found = embedding(scale_factor=3.0)(np.array([1]))
    np.testing.assert_array_equal(array(found), 3 * TABLE[[1]])


def test_a_reverse_call_scores_every_id():
    vectors = np.array([[[1.0, 0.0, 2.0]]], "float32")
    found = embedding()(vectors, reverse=True)
    np.testing.assert_array_equal(array(found), vectors @ TABLE.T)


@pytest.mark.parametrize("use_one_hot", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16"])
def test_an_unknown_id_gives_nan_and_its_neighbours_do_not(use_one_hot, dtype):
    layer = embedding(use_one_hot=use_one_hot, dtype=dtype)
    found = array(
        keras.ops.cast(layer(np.array([[-1, 3, 4, 2**31 - 1]])), "float32")
    )
    assert np.isnan(found).all(axis=-1).tolist() == [[True, False, True, True]]


@pytest.mark.parametrize("name", ["vocab_size", "embedding_width"])
@pytest.mark.parametrize("value", [0, -3, 1.5])
def test_a_size_that_is_not_positive_is_named(name, value):
    sizes = {"vocab_size": 4, "embedding_width": 3, name: value}
    with pytest.raises(ValueError, match=f"{name}={value}"):
        layers.OnDeviceEmbedding(**sizes)
