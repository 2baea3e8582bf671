"""Feed-forward layers, against numpy."""

import keras
import numpy as np
import pytest

from nlp_modeling import layers

RNG = np.random.default_rng(0)
DATA = RNG.normal(size=(2, 3, 4)).astype("float32")


def weights_of(layer):
    layer.build(DATA.shape)
    return {w.path.split("/", 1)[-1]: w for w in layer.weights}


def run(layer):
    arrays = {}
    for name, weight in weights_of(layer).items():
        arrays[name] = RNG.normal(size=weight.shape).astype("float32")
        weight.assign(arrays[name])
    return keras.ops.convert_to_numpy(layer(DATA)), arrays


def test_the_plain_layer_is_two_products_with_an_activation_between():
    found, w = run(layers.FeedForward(6, "relu"))
    inner = np.maximum(DATA @ w["inner/kernel"] + w["inner/bias"], 0)
    wanted = inner @ w["output/kernel"] + w["output/bias"]
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_the_gate_multiplies_the_inner_layer():
    found, w = run(layers.GatedFeedForward(6, "sigmoid"))
    gate = 1 / (1 + np.exp(-(DATA @ w["gate/kernel"] + w["gate/bias"])))
    inner = (DATA @ w["inner/kernel"] + w["inner/bias"]) * gate
    wanted = inner @ w["output/kernel"] + w["output/bias"]
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_an_unknown_activation_is_named():
    with pytest.raises(ValueError, match="geloo"):
        layers.FeedForward(6, "geloo")


def test_approximate_gelu_is_the_tanh_form():
    x = np.linspace(-4, 4, 33).astype("float32")
    wanted = 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    found = keras.ops.convert_to_numpy(layers.approximate_gelu(x))
    np.testing.assert_allclose(found, wanted, atol=1e-6)
