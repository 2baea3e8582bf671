"""A preset's config that makes no model is named with its key."""

import json

import keras
import pytest

from nlp_modeling import models, networks


@pytest.fixture(scope="module")
def preset(tmp_path_factory):
    folder = tmp_path_factory.mktemp("preset")
    encoder = networks.TransformerEncoder(
        20, 8, 1, 2, None, max_sequence_length=8, intermediate_size=8
    )
    models.BertClassifier(encoder, 2).save_to_preset(folder)
    return folder, (folder / "config.json").read_text()


def refused(preset, text):
    folder, _ = preset
    (folder / "config.json").write_text(text)
    with pytest.raises(ValueError) as caught:
        networks.FeatureModel.from_preset(folder)
    assert str(folder / "config.json") in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "got `array`"),
        ("{}", "class"),
        ('{"class": "nlp_modeling>BertClassifier"}', "config"),
        ('{"class": "nlp_modeling>BertClassifier", "config": {}}', "network"),
        ('{"class": 3, "config": {}}', "$.class"),
        ('{"class": "Bert", "config": {}}', "class='Bert'"),
        ('{"class": "nlp_', "must be whole"),
        ("", "must be whole"),
        ("[" * 100_000, "nested"),
    ],
)
def test_a_config_of_another_form_is_refused(preset, text, message):
    assert message in refused(preset, text)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("num_layers", 1e9, "num_layers"),
        ("num_layers", 10**9, "num_layers"),
        ("num_layers", 0, "num_layers"),
        ("num_layers", None, "num_layers"),
        ("num_layers", True, "num_layers"),
        ("hidden_size", "x", "hidden_size"),
        ("hidden_size", [8], "hidden_size"),
        ("hidden_size", 2**40, "hidden_size"),
        ("hidden_size", {"class_name": "int", "config": {}}, "hidden_size"),
        ("num_attention_heads", "2", "num_attention_heads"),
        ("dropout_rate", "x", "dropout_rate"),
        ("dropout_rate", float("nan"), "rate"),
        ("dropout_rate", 2, "rate"),
        ("vocab_size", -1, "vocab_size"),
        ("more", 1, "more"),
        ("activation", "no such", "no such"),
        ("initializer", {"class_name": "None"}, "None"),
        ("block", {"class_name": "None", "config": 1}, "None"),
        ("embedding_layer", 3, "embedding_layer"),
    ],
)
def test_a_value_that_the_network_does_not_take_is_refused(
    preset, key, value, message
):
    config = json.loads(preset[1])
    config["config"]["network"]["config"][key] = value
    assert message in refused(preset, json.dumps(config))


def test_a_config_that_is_too_deep_is_refused(preset):
    config = json.loads(preset[1])
    config["config"]["network"]["config"]["block"] = deep = []
    for _ in range(300):
        deep.append([])
        deep = deep[0]
    assert "deep" in refused(preset, json.dumps(config))


def test_parts_of_keras_and_of_the_user_are_known(tmp_path):
    @keras.saving.register_keras_serializable(package="user")
    class Doubled(keras.layers.Layer):
        def call(self, data):
            return 2 * data

    network = networks.TransformerEncoder(
        *(20, 8, 1, 2, 8),
        intermediate_size=8,
        position_embedding=Doubled(),
        final_norm=keras.layers.LayerNormalization(),
        initializer=keras.initializers.HeNormal(),
        activation="relu",
    )
    network.save_to_preset(tmp_path)
    again = networks.Encoder.from_preset(tmp_path)
    assert [w.path for w in again.weights] == [w.path for w in network.weights]
