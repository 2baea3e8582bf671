"""Every weight of a source is used exactly once, or named."""

import keras
import numpy as np
import pytest

from nlp_modeling.checkpoints import assign_weights
from tests import exactness


def source_of(network):
    """The network's own weights as a source would have them."""
    source = {}
    for variable in network.weights:
        value = keras.ops.convert_to_numpy(variable)
        parts = ["query_", "key_", "value_"]
        if "qkv_" not in variable.path:
            source[variable.path] = value
            continue
        for part, array in zip(parts, np.split(value, 3, axis=-1), strict=True):
            source[variable.path.replace("qkv_", part)] = array
    return {
        path: assign_weights.SourceWeight(f"their {path}", value)
        for path, value in source.items()
    }


@pytest.fixture
def network():
    return exactness.encoder()


def test_weights_arrive(network):
    other = exactness.encoder()
    assign_weights.assign_weights(other.weights_by_path(), source_of(network))
    for x, y in zip(other.get_weights(), network.get_weights(), strict=True):
        np.testing.assert_array_equal(x, y)


def test_a_missing_weight_is_named_and_nothing_is_assigned(network):
    source = source_of(exactness.encoder())
    path = "transformer_layer_1/attention/key_kernel"
    del source[path]
    before = network.get_weights()
    with pytest.raises(ValueError, match=path):
        assign_weights.assign_weights(network.weights_by_path(), source)
    for x, y in zip(before, network.get_weights(), strict=True):
        np.testing.assert_array_equal(x, y)


def test_a_layer_may_be_absent_as_a_whole(network):
    other = exactness.encoder()
    source = source_of(other)
    del source["pooler_transform/bias"]
    with pytest.raises(ValueError, match="pooler_transform/bias"):
        assign_weights.assign_weights(
            network.weights_by_path(), source, "pooler_transform"
        )
    del source["pooler_transform/kernel"]
    kept = network.pooler_layer.get_weights()
    assign_weights.assign_weights(
        network.weights_by_path(), source, "pooler_transform"
    )
    for x, y in zip(network.weights, other.weights, strict=True):
        if "pooler" not in x.path:
            np.testing.assert_array_equal(x, y)
    for x, y in zip(network.pooler_layer.get_weights(), kept, strict=True):
        np.testing.assert_array_equal(x, y)


def test_a_weight_left_over_is_named(network):
    source = source_of(network)
    source["more"] = assign_weights.SourceWeight("cls.bias", np.zeros(3))
    with pytest.raises(ValueError, match="cls.bias"):
        assign_weights.assign_weights(network.weights_by_path(), source)


def test_a_weight_of_another_shape_is_named_with_both_shapes(network):
    source = source_of(network)
    path = "pooler_transform/bias"
    source[path] = assign_weights.SourceWeight("pooler.bias", np.zeros(3))
    with pytest.raises(ValueError, match=r"pooler.bias .*\(16,\).*\(3,\)"):
        assign_weights.assign_weights(network.weights_by_path(), source)
