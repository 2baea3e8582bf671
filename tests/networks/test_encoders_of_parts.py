"""Encoders of other parts, of another name, and at some positions alone."""

import keras
import numpy as np
import pytest

from nlp_modeling import layers, models, networks, optimization
from tests.conformance.cases import (
    ENCODING,
    POSITIONS,
    B,
    H,
    S,
    V,
    albert,
    encoder,
    own_layers,
    scaffold,
)
from tests.gradients import outputs_and_gradients

LABELS = np.array([0, 1, 0])


@keras.saving.register_keras_serializable(package="tests")
class LocalAttention(layers.SelfAttention):
    """Attention to the neighbours alone, without arguments of its own."""

    def call(self, inputs, attention_mask=None, asking=None, training=None):
        near = keras.ops.eye(S) + keras.ops.eye(S, k=1) + keras.ops.eye(S, k=-1)
        if attention_mask is not None and asking is None:
            attention_mask = attention_mask * near
        return super().call(inputs, attention_mask, asking, training)


@keras.saving.register_keras_serializable(package="tests")
class Waves(keras.layers.Layer):
    """Positions without weights."""

    def call(self, inputs):
        places = keras.ops.arange(inputs.shape[1], dtype=self.compute_dtype)
        return keras.ops.sin(places[:, None] * keras.ops.ones(H))


def array(tensor):
    return np.array(keras.ops.convert_to_numpy(tensor))


def paths(model):
    return [weight.path for weight in model.weights]


def saved_and_loaded(model, folder):
    model.save(folder / "model.keras")
    return keras.saving.load_model(folder / "model.keras")


def assert_same(model, other):
    for x, y in zip(
        keras.tree.flatten(model(ENCODING)),
        keras.tree.flatten(other(ENCODING)),
        strict=True,
    ):
        np.testing.assert_allclose(array(x), array(y), atol=1e-6)


def local_and_gated():
    return layers.EncoderBlock(
        LocalAttention(2), layers.GatedFeedForward(12, "silu"), dropout=0.1
    )


def test_a_block_has_another_attention_and_a_gated_feed_forward(tmp_path):
    network = encoder(block=local_and_gated())
    first, last = network.transformer_layers
    assert isinstance(first.attention, LocalAttention)
    assert isinstance(last.feed_forward, layers.GatedFeedForward)
    assert "transformer_layer_1/feed_forward/gate/kernel" in paths(network)
    assert_same(network, saved_and_loaded(network, tmp_path))


def test_one_object_for_several_blocks_ties_nothing():
    part = layers.FeedForward(12, "relu")
    ours = [layers.EncoderBlock(layers.SelfAttention(2), part) for _ in "ab"]
    cfg = {"num_attention_heads": 2, "inner_dim": 1, "inner_activation": "relu"}
    theirs = scaffold(hidden_cfg=cfg | {"feed_forward": part})
    patterned = encoder(block=ours[0])
    for first, second in (
        ours,
        theirs.transformer_layers,
        patterned.transformer_layers,
    ):
        for block in (first, second):
            block([np.ones((B, S, H)), np.ones((B, S, S))])
        own = {id(weight) for weight in first.weights}
        assert not own & {id(weight) for weight in second.weights}
        assert first.feed_forward is not part
    assert len({weight.path for weight in patterned.weights}) == 31


def test_parts_are_given_as_functions_too():
    def feed_forward(name, dtype):
        return layers.FeedForward(12, "relu", name=name, dtype=dtype)

    block = layers.EncoderBlock(layers.SelfAttention(2), feed_forward)
    again = layers.EncoderBlock.from_config(block.get_config())
    assert again.feed_forward.inner_dim == 12
    assert again.get_config() == block.get_config()
    with pytest.raises(TypeError, match="attention='self'"):
        layers.EncoderBlock("self", feed_forward)
    with pytest.raises(ValueError, match="a list of 3"):
        block([np.ones((B, S, H))] * 3)


def pre_norm():
    return encoder(
        sequence_length=None,
        position_embedding=None,
        block=layers.EncoderBlock(
            layers.SelfAttention(2),
            layers.FeedForward(12, "relu"),
            norm_first=True,
        ),
        final_norm=keras.layers.LayerNormalization(),
    )


def test_an_encoder_without_positions_ends_in_a_norm_and_trains(tmp_path):
    keras.utils.set_random_seed(1)
    network = pre_norm()
    model = models.BertClassifier(network, 2)
    assert network.max_length is None
    assert "final_norm/gamma" in paths(model)
    assert not [path for path in paths(model) if "position" in path]
    found = array(network(ENCODING)["sequence_output"])
    np.testing.assert_allclose(found.mean(-1), 0, atol=1e-5)
    before = model.get_weights()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss)
    model.fit(ENCODING, LABELS, verbose=0)
    for path, x, y in zip(
        paths(model), before, model.get_weights(), strict=True
    ):
        assert not np.array_equal(x, y), path
    assert_same(model, saved_and_loaded(model, tmp_path))


def test_an_encoder_of_other_positions_and_its_preset(tmp_path):
    network = encoder(position_embedding=Waves(), output_range=2)
    assert not [path for path in paths(network) if "position" in path]
    assert network.get_layer("position_embedding").weights == []
    network.save_to_preset(tmp_path)
    assert_same(network, networks.TransformerEncoder.from_preset(tmp_path))
    assert network.max_length == S


def test_a_wrong_part_is_named():
    with pytest.raises(TypeError, match="position_embedding='rotary'"):
        encoder(position_embedding="rotary")
    with pytest.raises(ValueError, match="output_range=2"):
        encoder(block=keras.layers.Identity(), output_range=2)


@pytest.mark.parametrize(
    ("make", "longest"),
    [
        (encoder, S),
        (lambda: encoder(sequence_length=None, max_sequence_length=9), 9),
        (scaffold, S),
    ],
)
def test_an_encoder_knows_its_longest_sequence(make, longest):
    assert make().max_length == longest


MAKERS = {
    "encoder": encoder,
    "first positions": lambda: encoder(output_range=1),
    "albert": albert,
    "scaffold": scaffold,
    "own layers": own_layers,
    "pre-norm": pre_norm,
}


@pytest.mark.parametrize("name", MAKERS)
def test_positions_are_what_they_are_among_all(name):
    """Values and gradients agree with gathering from the full output."""
    whole = network = MAKERS[name]()
    if name == "first positions":
        whole = encoder()
        whole.set_weights(network.get_weights())
    features = {x: ENCODING[x] for x in network.feature_names}
    positions = keras.Input((2,), dtype="int32", name="positions")
    asked = {**network.input, "positions": positions}
    some = keras.Model(asked, network(network.input, positions))
    rng = np.random.default_rng(0)
    scales = rng.normal(size=(B, 2, H)).astype("float32")

    def score(sequence, pooled, total):
        return total(sequence * keras.ops.convert_to_tensor(scales)) + total(
            pooled
        )

    found, gradients = outputs_and_gradients(
        some,
        features | {"positions": POSITIONS},
        lambda x, total: score(x["sequence_output"], x["pooled_output"], total),
    )
    wanted, wanted_gradients = outputs_and_gradients(
        whole,
        features,
        lambda x, total: score(
            layers.gather_positions(x["sequence_output"], POSITIONS),
            x["pooled_output"],
            total,
        ),
    )
    gathered = np.take_along_axis(
        wanted["sequence_output"], POSITIONS[..., None], axis=1
    )
    np.testing.assert_allclose(found["sequence_output"], gathered, atol=1e-6)
    np.testing.assert_allclose(
        found["pooled_output"], wanted["pooled_output"], atol=1e-6
    )
    for path, gradient in wanted_gradients.items():
        scale = max(1.0, np.abs(gradient).max())
        np.testing.assert_allclose(
            gradients[path], gradient, atol=1e-6 * scale, err_msg=path
        )


def test_positions_may_be_a_list_for_every_example():
    network = encoder()
    whole = network(ENCODING)
    found = network(ENCODING, positions=[4, 1])["sequence_output"]
    wanted = array(whole["sequence_output"])[:, [4, 1]]
    np.testing.assert_allclose(array(found), wanted, atol=1e-6)
    nothing, pooled = network(list(ENCODING.values()), positions=[])
    assert nothing.shape == (B, 0, H)
    np.testing.assert_allclose(
        array(pooled), array(whole["pooled_output"]), atol=1e-6
    )


@pytest.mark.parametrize(
    "make", [models.BertPretrainer, lambda x: models.BertClassifier(x, 2)]
)
def test_a_model_finds_its_network_by_name(make):
    network = encoder()
    model = make(network)
    assert model.get_layer(network.name) is network
    names = [layer.name for layer in model.layers]
    assert len(names) == len(set(names))
    assert not any(isinstance(x, keras.layers.Lambda) for x in model.layers)


def two_encoders():
    small = encoder(num_layers=1, name="generator")
    large = encoder(name="discriminator")
    pooled = [x(dict(small.input))["pooled_output"] for x in (small, large)]
    output = keras.layers.Dense(1)(keras.layers.Concatenate()(pooled))
    return keras.Model(small.input, output)


def test_two_encoders_of_one_model_have_paths_of_their_own(tmp_path):
    keras.utils.set_random_seed(1)
    model = two_encoders()
    assert len(set(paths(model))) == len(model.weights)
    assert "generator/transformer_layer_0/attention/qkv_kernel" in paths(model)
    assert_same(model, saved_and_loaded(model, tmp_path))


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="the optimizer's engine"
)
def test_layer_wise_rates_tell_two_encoders_apart():
    keras.utils.set_random_seed(1)
    model = two_encoders()
    before = dict(zip(paths(model), model.get_weights(), strict=True))
    optimizer = optimization.AdamW(
        0.1, learning_rate_multipliers=[("^generator/", 0.0)]
    )
    model.compile(optimizer, "mse")
    model.fit(ENCODING, LABELS, verbose=0)
    for weight in model.weights:
        stays = np.array_equal(array(weight), before[weight.path])
        assert stays == weight.path.startswith("generator/"), weight.path


def test_an_automatic_name_is_in_no_path():
    network = encoder(name="transformer_encoder_7")
    again = networks.TransformerEncoder.from_config(network.get_config())
    assert paths(again) == paths(network) == paths(encoder())
    assert paths(albert()) == paths(
        networks.AlbertEncoder(
            V, 4, H, 2, 2, S, intermediate_size=12, name="albert_encoder"
        )
    )


def test_a_named_encoder_gives_its_weights_by_the_usual_paths():
    first = encoder(name="generator")
    second = encoder(
        name="discriminator", embedding_layer=first.get_embedding_layer()
    )
    third = encoder(embedding_layer=first.get_embedding_layer())
    for network in (first, second, third):
        assert list(network.weights_by_path()) == paths(encoder())
