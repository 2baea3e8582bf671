"""`quantize("int8")` reaches attention, and a quantized model is loaded."""

import gc
import warnings

import keras
import numpy as np
import pytest

from nlp_modeling import layers, models, networks
from tests.conformance.cases import ENCODING, B, S, albert, encoder

INTEGERS = {
    f"transformer_layer_{i}/{part}"
    for i in range(2)
    for part in (
        "attention/qkv_kernel",
        "attention/output_kernel",
        "feed_forward/inner/kernel",
        "feed_forward/output/kernel",
    )
} | {"pooler_transform/kernel"}
both = pytest.mark.parametrize("make", [encoder, albert])
# Keras names every layer that has no kernel, and every layer of a head.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Layer .* does not have a `quantize`",
    "ignore:A head's layer",
)


@pytest.fixture(scope="module", autouse=True)
def no_long_collections():
    """Keras collects garbage for each kernel that it replaces."""
    gc.freeze()
    yield
    gc.unfreeze()


def array(tensor):
    return np.array(keras.ops.convert_to_numpy(tensor))


def outputs(model):
    found = model(ENCODING)
    if isinstance(found, dict):
        found = [found["sequence_output"], found["pooled_output"]]
    return [
        array(keras.ops.cast(x, "float32")) for x in keras.tree.flatten(found)
    ]


def assert_close(found, wanted, atol=0):
    for x, y in zip(found, wanted, strict=True):
        np.testing.assert_allclose(x, y, atol=atol)


def move(model, seed=0):
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        weight.assign(rng.normal(0, 0.3, weight.shape))
    return model


def integers(model):
    """The paths of the integer weights, as of an encoder without a name."""
    return {
        w.path.removeprefix("named/")
        for w in model.weights
        if w.dtype == "int8"
    }


def rounded(kernel):
    steps = 127 / abs(kernel).max(0)
    return np.rint(kernel * steps) / steps


def test_int8_reaches_attention_and_every_other_kernel():
    network = move(encoder())
    before = outputs(network)
    network.quantize("int8")
    assert integers(network) == INTEGERS
    after = outputs(network)
    # A row and a column of 8 entries are each rounded to 1/254 at most.
    for x, y in zip(after, before, strict=True):
        assert 0 < abs(x - y).max() < 0.2


@both
def test_kernels_are_rounded_to_127_steps_of_their_columns(make):
    network, plain = move(make()), move(make())
    weight_only = keras.quantizers.Int8QuantizationConfig(
        activation_quantizer=None
    )
    network.quantize(config=weight_only)
    for weight in plain.weights:
        if weight.path in integers(network):
            weight.assign(rounded(array(weight)))
    assert integers(network)
    assert_close(outputs(network), outputs(plain), atol=1e-5)
    again = type(network).from_config(network.get_config())
    again.set_weights(network.get_weights())
    assert_close(outputs(again), outputs(network))


def classifier(make):
    return models.BertClassifier(make(), 3)


@pytest.mark.parametrize(
    "make",
    [
        encoder,
        albert,
        lambda: encoder(name="named"),
        lambda: classifier(encoder),
        lambda: classifier(albert),
    ],
)
def test_a_quantized_model_is_saved_and_loaded(make, tmp_path):
    model = move(make())
    model.save_weights(tmp_path / "plain.weights.h5")
    model.quantize("int8")
    model.save(tmp_path / "model.keras")
    model.save_weights(tmp_path / "model.weights.h5")
    model.save_to_preset(tmp_path / "preset")
    empty = make()
    empty.quantize("int8")
    empty.load_weights(tmp_path / "model.weights.h5")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    loaded.save(tmp_path / "again.keras")
    for found in (
        empty,
        loaded,
        keras.saving.load_model(tmp_path / "again.keras"),
        type(model).from_preset(tmp_path / "preset"),
    ):
        assert integers(found) == integers(model)
        assert_close(outputs(found), outputs(model))
    with pytest.raises(ValueError):
        make().load_weights(tmp_path / "model.weights.h5")
    with pytest.raises(ValueError):
        empty.load_weights(tmp_path / "plain.weights.h5")


def test_a_quantized_pretrainer_is_loaded(tmp_path):
    model = models.BertPretrainer(encoder())
    features = ENCODING | {
        "masked_lm_positions": np.zeros((B, 2), "int32"),
    }
    model.quantize("int8")
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert integers(loaded) == integers(model) == INTEGERS
    for x, y in zip(
        keras.tree.flatten(loaded(features)),
        keras.tree.flatten(model(features)),
        strict=True,
    ):
        np.testing.assert_array_equal(array(x), array(y))


def test_heads_remain_float_and_keras_says_so():
    model = classifier(encoder)
    with pytest.warns(UserWarning, match="'logits' must remain float"):
        model.quantize("int8")
    assert integers(model) == INTEGERS
    head = layers.ClassificationHead(4, 2)
    inputs = keras.Input((S, 8))
    model = keras.Model(inputs, head(inputs))
    model.quantize("int8")
    assert not integers(model)


def test_a_quantized_encoder_works_in_bfloat16(tmp_path):
    network = move(encoder(dtype="mixed_bfloat16"))
    before = outputs(network)
    network.quantize("int8")
    for x, y in zip(outputs(network), before, strict=True):
        assert 0 < abs(x - y).max() < 0.3
    network.save_to_preset(tmp_path)
    arguments = {"dtype": "mixed_bfloat16"}
    loaded = networks.Encoder.from_preset(tmp_path, **arguments)
    assert_close(outputs(loaded), outputs(network))


def test_an_adapter_is_trained_beside_integers():
    network = move(encoder(dropout_rate=0.0))
    model = models.BertClassifier(network, 3)
    model.quantize("int8")
    network.enable_lora(2)
    before = {w.path: array(w) for w in model.weights}
    model.compile(
        keras.optimizers.Adam(1e-2),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    model.fit(ENCODING, np.arange(B), epochs=2, verbose=0)
    moved = {
        w.path for w in model.weights if (array(w) != before[w.path]).any()
    }
    assert moved == {w.path for w in model.trainable_weights}
    assert all("lora" in path or "logits" in path for path in moved)
    merged = outputs(network)
    network.merge_lora()
    assert integers(network) == INTEGERS
    assert_close(outputs(network), merged, atol=0.2)


def test_another_mode_leaves_attention_as_it_is(tmp_path):
    network = move(encoder())
    with pytest.warns(UserWarning, match='SelfAttention must be .*"int8"'):
        network.quantize("int4")
    kernels = {x for x in integers(network) if x.endswith("/kernel")}
    assert kernels == {x for x in INTEGERS if "/attention/" not in x}
    network.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert_close(outputs(loaded), outputs(network))


def test_a_config_that_names_another_layer_is_refused():
    network = encoder()
    network.quantize("int8")
    config = network.get_config()
    with pytest.raises(ValueError, match="transformer_layer_1/attention"):
        networks.TransformerEncoder.from_config(config | {"num_layers": 1})
    assert "quantized" not in encoder().get_config()


def test_loading_a_quantized_encoder_warns_of_nothing():
    network = encoder()
    network.quantize("int8")
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        networks.TransformerEncoder.from_config(network.get_config())
