"""What encoders promise to those who call them."""

import keras
import numpy as np
import pytest

from nlp_modeling import layers, models, networks
from tests.conformance.cases import (
    ENCODING,
    MASK,
    POSITIONS,
    B,
    H,
    S,
    V,
    albert,
    encoder,
)

FEATURES = ("input_word_ids", "input_mask", "input_type_ids")


def array(tensor):
    return np.array(keras.ops.convert_to_numpy(tensor))


def sequence(network, features):
    return array(network(features)["sequence_output"])


@pytest.fixture(scope="module")
def network():
    keras.utils.set_random_seed(1)
    return encoder(
        sequence_length=None,
        max_sequence_length=S + 4,
        initializer=keras.initializers.RandomNormal(stddev=0.5),
    )


def test_a_dict_answers_with_a_dict(network):
    found = network(ENCODING)
    assert found["sequence_output"].shape == (B, S, H)
    assert found["pooled_output"].shape == (B, H)
    outputs = [array(x) for x in found["encoder_outputs"]]
    assert [x.shape for x in outputs] == [(B, S, H)] * 2
    np.testing.assert_array_equal(outputs[-1], array(found["sequence_output"]))


def test_a_list_is_matched_by_position(network):
    """Each feature differs from the others, so no swap gives the same."""
    features = [ENCODING[name] for name in FEATURES]
    wanted = sequence(network, ENCODING)
    found, pooled = network(features)
    np.testing.assert_array_equal(array(found), wanted)
    assert pooled.shape == (B, H)
    for swapped in ((1, 0, 2), (0, 2, 1), (2, 1, 0)):
        other, _ = network([features[i] for i in swapped])
        assert not np.allclose(array(other), wanted)


def test_a_list_of_keras_inputs_gives_a_list():
    inputs = [keras.Input((S,), dtype="int32") for _ in FEATURES]
    sequence_output, pooled_output = encoder()(inputs)
    model = keras.Model(inputs, [sequence_output, pooled_output])
    found = model.predict([ENCODING[n] for n in FEATURES], verbose=0)
    assert [x.shape for x in found] == [(B, S, H), (B, H)]


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="of TensorFlow"
)
def test_a_list_is_unpacked_inside_a_tf_function(network):
    import tensorflow as tf

    @tf.function
    def run(word_ids, mask, type_ids):
        sequence_output, pooled_output = network([word_ids, mask, type_ids])
        return sequence_output, pooled_output

    found, _ = run(*(tf.constant(ENCODING[name]) for name in FEATURES))
    np.testing.assert_allclose(found, sequence(network, ENCODING), atol=1e-6)


def test_every_layers_output_comes_first_on_demand():
    network = encoder(return_all_encoder_outputs=True)
    outputs, pooled = network([ENCODING[name] for name in FEATURES])
    assert [x.shape for x in outputs] == [(B, S, H)] * 2
    assert pooled.shape == (B, H)


def test_the_content_of_padding_does_not_matter(network):
    wanted = sequence(network, ENCODING)
    padding = MASK == 0
    other = dict(ENCODING)
    other["input_word_ids"] = np.where(padding, 7, ENCODING["input_word_ids"])
    other["input_type_ids"] = np.where(padding, 3, ENCODING["input_type_ids"])
    found = sequence(network, other)
    np.testing.assert_allclose(
        found[:2][~padding[:2]], wanted[:2][~padding[:2]], atol=1e-6
    )


def test_more_padding_does_not_matter(network):
    longer = {k: np.pad(x, ((0, 0), (0, 3))) for k, x in ENCODING.items()}
    found = sequence(network, longer)[:2, :S]
    wanted = sequence(network, ENCODING)[:2]
    real = MASK[:2] == 1
    np.testing.assert_allclose(found[real], wanted[real], atol=1e-5)


def test_the_order_of_examples_does_not_matter(network):
    order = [2, 0, 1]
    moved = {name: x[order] for name, x in ENCODING.items()}
    np.testing.assert_allclose(
        sequence(network, moved), sequence(network, ENCODING)[order], atol=1e-6
    )


def test_any_length_gives_what_a_fixed_one_gives():
    fixed = encoder()
    free = encoder(sequence_length=None, max_sequence_length=S)
    free.set_weights(fixed.get_weights())
    np.testing.assert_allclose(
        sequence(free, ENCODING), sequence(fixed, ENCODING), atol=1e-6
    )


def test_features_of_other_models_are_ignored(network):
    more = {**ENCODING, "label_ids": np.zeros(B)}
    np.testing.assert_array_equal(
        sequence(network, more), sequence(network, ENCODING)
    )


def test_the_parts_can_be_reached(network):
    assert network.get_embedding_layer().name == "word_embeddings"
    assert tuple(network.get_embedding_table().shape) == (V, H)
    assert len(network.transformer_layers) == 2
    assert network.pooler_layer.units == H
    first = keras.Model(
        network.input, network.get_layer("transformer_layer_0").output
    )
    np.testing.assert_allclose(
        array(first(ENCODING)),
        array(network(ENCODING)["encoder_outputs"][0]),
        atol=1e-6,
    )


def test_albert_applies_one_layer_many_times():
    network = albert("float32")
    first, second = network.transformer_layers
    assert first is second
    names = [w.path for w in network.weights if "transformer/" in w.path]
    assert len(names) == 12


def test_two_networks_can_share_their_words():
    first = encoder()
    second = encoder(embedding_layer=first.get_embedding_layer())
    assert second.get_embedding_table() is first.get_embedding_table()


def test_a_scaffold_runs_the_blocks_it_is_given():
    """With blocks that do nothing, the embeddings come out."""
    words = keras.Input((S, H), name="vectors")
    mask = keras.Input((S,), dtype="int32", name="input_mask")
    attention = layers.SelfAttentionMask()([words, mask])
    embedding = keras.Model([words, mask], [words * 1.0, attention])
    network = networks.EncoderScaffold(
        5, embedding_cls=embedding, num_hidden_instances=3, hidden_cls=First
    )
    vectors = np.random.default_rng(0).normal(size=(B, S, H)).astype("float32")
    sequence_output, pooled_output = network([vectors, MASK])
    np.testing.assert_array_equal(array(sequence_output), vectors)
    assert pooled_output.shape == (B, 5)
    assert len(network.transformer_layers) == 3


@keras.saving.register_keras_serializable(package="tests")
class First(keras.layers.Layer):
    """A block of research code: takes `[data, attention_mask]`."""

    def call(self, inputs):
        data, attention_mask = inputs
        return data


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"num_attention_heads": 3}, "hidden_size=8, num_heads=3"),
        ({"activation": "geloo"}, "geloo"),
        ({"num_layers": 0}, "num_layers=0"),
        ({"dropout_rate": 1.5}, "1.5"),
        ({"sequence_length": None}, "max_sequence_length=None"),
        ({"max_sequence_length": 3}, "max_sequence_length=3"),
        ({"hidden_dim": 8}, "hidden_dim"),
    ],
)
def test_a_wrong_argument_is_named(arguments, named):
    with pytest.raises((ValueError, TypeError), match=named):
        encoder(**arguments)


@pytest.mark.parametrize(
    ("inputs", "named"),
    [
        ([ENCODING["input_word_ids"]] * 2, "a list of 2"),
        ([ENCODING["input_word_ids"]] * 4, "a list of 4"),
        ({"input_ids": ENCODING["input_word_ids"]}, "'input_word_ids'"),
    ],
)
def test_wrong_features_are_named(network, inputs, named):
    with pytest.raises(ValueError, match=named):
        network(inputs)


def test_a_sequence_longer_than_the_positions_is_named(network):
    long = {n: np.ones((1, S + 5), "int32") for n in FEATURES}
    with pytest.raises(ValueError, match="length=11, max_length=10"):
        network(long)


def test_an_unknown_id_shows_in_its_own_example_only(network):
    features = dict(ENCODING)
    features["input_word_ids"] = ENCODING["input_word_ids"].copy()
    features["input_word_ids"][1, 0] = V
    found = np.isnan(sequence(network, features))
    assert found[1].all() and not found[[0, 2]].any()


@pytest.mark.parametrize("positions", [None, POSITIONS])
@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_outputs_have_the_compute_dtype_and_logits_are_float32(
    dtype, positions
):
    policy = dtype if dtype == "float32" else f"mixed_{dtype}"
    model = models.BertClassifier(encoder(policy), 3)
    found = model.network(ENCODING, positions=positions)
    dtypes = {
        keras.backend.standardize_dtype(x.dtype)
        for x in keras.tree.flatten(found)
    }
    assert dtypes == {dtype}
    logits = keras.backend.standardize_dtype(model(ENCODING).dtype)
    assert logits == "float32"


@pytest.mark.parametrize("make", [encoder, albert])
def test_every_layer_normalization_has_the_epsilon(make):
    network = make(norm_epsilon=0.01)
    blocks = network.transformer_layers
    norms = [
        network.get_layer("embeddings_norm"),
        *(block.attention_norm for block in blocks),
        *(block.output_norm for block in blocks),
    ]
    assert {norm.epsilon for norm in norms} == {0.01}
    with pytest.raises(ValueError, match="norm_epsilon=-1"):
        make(norm_epsilon=-1)
