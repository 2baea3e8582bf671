"""EncoderScaffold takes what Model Garden's takes, and comes back as it was."""

import keras
import numpy as np
import pytest

from nlp_modeling import layers, models, networks
from tests.conformance.cases import (
    ENCODING,
    B,
    H,
    OwnLayer,
    S,
    V,
    embedding_network,
    encoder,
)

# The names of Model Garden.
EMBEDDING = {
    "vocab_size": V,
    "type_vocab_size": 16,
    "hidden_size": H,
    "seq_length": S,
    "max_seq_length": S,
    "initializer": keras.initializers.TruncatedNormal(stddev=0.02),
    "dropout_rate": 0.1,
}
HIDDEN = {
    "num_attention_heads": 2,
    "inner_dim": 12,
    "inner_activation": layers.approximate_gelu,
}


def array(tensor):
    return keras.ops.convert_to_numpy(tensor)


def sequence(network):
    features = {name: ENCODING[name] for name in network.feature_names}
    return array(network(features)["sequence_output"])


def saved_and_loaded(network, folder):
    network.save(folder / "model.keras")
    return keras.saving.load_model(folder / "model.keras")


def test_without_an_embedding_network_it_is_berts_encoder():
    network = networks.EncoderScaffold(
        H,
        embedding_cfg=EMBEDDING,
        num_hidden_instances=2,
        hidden_cfg=HIDDEN,
    )
    assert list(network.feature_names) == list(ENCODING)
    bert = encoder()
    bert.set_weights(network.get_weights())
    np.testing.assert_allclose(sequence(network), sequence(bert), atol=1e-6)
    found, pooled = network(list(ENCODING.values()))
    np.testing.assert_array_equal(array(found), sequence(network))
    assert tuple(pooled.shape) == (B, H)
    assert network.max_length == S
    assert network.get_embedding_table().shape == (V, H)
    again = networks.EncoderScaffold.from_config(network.get_config())
    again.set_weights(network.get_weights())
    np.testing.assert_allclose(sequence(again), sequence(network), atol=1e-6)


def block(dtype=None):
    return layers.TransformerEncoderBlock(**HIDDEN)


@pytest.mark.parametrize("make_layer", [block, OwnLayer])
def test_a_layer_in_place_of_a_class_is_applied_many_times(
    make_layer, tmp_path
):
    layer = make_layer()
    network = networks.EncoderScaffold(
        5, None, embedding_network, num_hidden_instances=3, hidden_cls=layer
    )
    assert network.hidden_layers == [layer] * 3
    layer.set_weights(
        [np.random.default_rng(0).normal(size=w.shape) for w in layer.weights]
    )
    again = saved_and_loaded(network, tmp_path)
    assert len({id(x) for x in again.hidden_layers}) == 1
    assert len(again.weights) == len(network.weights)
    np.testing.assert_allclose(sequence(again), sequence(network), atol=1e-6)


@keras.saving.register_keras_serializable(package="tests")
def other_embedding_network():
    """Words of a layer with a name of its own."""
    words = keras.Input((S,), dtype="int32", name="input_word_ids")
    mask = keras.Input((S,), dtype="int32", name="input_mask")
    data = layers.OnDeviceEmbedding(V, H, name="table")(words)
    return keras.Model(
        [words, mask], [data, layers.SelfAttentionMask()([data, mask])]
    )


GIVEN = {
    "a table": lambda x: {"embedding_data": x.get_layer("table").embeddings},
    "a layer": lambda x: {"embedding_layer": x.get_layer("table")},
    "a name": lambda x: {"embedding_layer": "table"},
}


@pytest.mark.parametrize("name", GIVEN)
def test_words_of_a_layer_of_the_network_stay_tied_after_saving(name, tmp_path):
    embedding = other_embedding_network()
    network = networks.EncoderScaffold(
        5,
        embedding_cls=embedding,
        hidden_cfg=HIDDEN,
        **GIVEN[name](embedding),
    )
    assert network.embedding_network is embedding
    assert network.get_embedding_layer() is embedding.get_layer("table")
    model = models.BertPretrainer(network, num_classes=None)
    again = saved_and_loaded(model, tmp_path)
    assert len(again.weights) == len(model.weights)
    assert again.network.get_embedding_layer() is (
        again.network.embedding_network.get_layer("table")
    )


def test_an_encoder_without_words_has_none():
    network = networks.EncoderScaffold(
        5, embedding_cls=other_embedding_network, hidden_cfg=HIDDEN
    )
    assert network.get_embedding_layer() is None


class Subclassed(keras.Model):
    def call(self, inputs):
        return inputs


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({}, "embedding_cls=None, embedding_cfg=None"),
        ({"embedding_cls": Subclassed()}, "outputs=None"),
        ({"embedding_cls": lambda: keras.layers.Identity()}, "outputs=None"),
        (
            {
                "embedding_cls": embedding_network,
                "embedding_layer": layers.OnDeviceEmbedding(V, H),
            },
            "embedding_layer='on_device_embedding",
        ),
        (
            {
                "embedding_cls": embedding_network,
                "embedding_data": np.zeros((V, H)),
            },
            "embedding_data=array",
        ),
        (
            {"embedding_cls": embedding_network, "hidden_cls": "Transformer"},
            "hidden_cls='Transformer'",
        ),
        (
            {"embedding_cls": embedding_network, "num_hidden_instances": 0},
            "num_hidden_instances=0",
        ),
    ],
)
def test_what_makes_no_encoder_is_named(arguments, named):
    with pytest.raises(ValueError, match=named):
        networks.EncoderScaffold(5, **arguments)
