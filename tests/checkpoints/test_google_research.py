"""Checkpoints of google-research's albert and electra are read."""

import json

import numpy as np
import pytest

from nlp_modeling import checkpoints, models, networks
from nlp_modeling.checkpoints.google_bert.electra_part import electra_part
from nlp_modeling.checkpoints.google_bert.google_name import google_name
from nlp_modeling.checkpoints.hugging_face.families import FAMILIES
from nlp_modeling.checkpoints.hugging_face.save_to_hugging_face import describe
from tests.checkpoints import google_names
from tests.checkpoints import test_hugging_face_families as families
from tests.checkpoints.same_model import (
    assert_same_outputs,
    assert_same_weights,
)

pytest.importorskip("tensorflow")

QUERY = "encoder/layer_0/attention/self/query/kernel"


def model(name, head, **sizes):
    """A small model with Google's epsilon, and its sizes and weights."""
    given = {**families.CONFIG, "layer_norm_eps": 1e-12, **sizes}
    family = FAMILIES[name]
    config = {**family.defaults, **given}
    encoder = family.encoder(**family.arguments(config))
    if head == "ForReplacedTokens":
        made = models.ReplacedTokenDetector(encoder, activation="gelu")
    else:
        classes = 2 if head == "ForPreTraining" else None
        activation = family.arguments(config)["activation"]
        made = models.BertPretrainer(encoder, classes, activation=activation)
    return made, *describe(made, None, name)


@pytest.fixture(scope="module")
def albert():
    made, config, weights = model("albert", "ForPreTraining")
    config = {**config, "hidden_act": "gelu"}
    del config["architectures"], config["model_type"]
    return made, config, google_names.albert(weights)


@pytest.fixture(scope="module")
def electra():
    small = {"hidden_size": 4, "intermediate_size": 10}
    big, config, weights = model("electra", "ForReplacedTokens")
    tiny, tiny_config, tiny_weights = model("electra", "ForMaskedLM", **small)
    tables = [x for x in weights if x.startswith("electra.embeddings.")]
    shared = {x: weights[x] for x in tables}
    values = google_names.electra(weights, {**tiny_weights, **shared})
    return (big, config), (tiny, tiny_config), values


def folder_of(path, name, config, values):
    path.mkdir(exist_ok=True)
    google_names.write(values, path / "model.ckpt-best")
    (path / f"{name}_config.json").write_text(json.dumps(config))
    return path


def test_an_albert_is_read_bit_by_bit(albert, tmp_path):
    given, config, values = albert
    state = {"global_step": np.array(7), "bert/pooler/dense/bias/adam_m": 0.0}
    folder = folder_of(tmp_path, "albert", config, {**values, **state})
    found = models.load_model(folder)
    assert type(found) is models.BertPretrainer
    assert type(found.network) is networks.AlbertEncoder
    assert_same_weights(found, given)
    assert_same_outputs(found.network, given.network)
    again, *_ = model("albert", "ForPreTraining")
    checkpoints.restore_encoder(again.network, folder)
    assert_same_weights(again.network, given.network)
    classifier = models.BertClassifier.from_preset(folder, num_classes=3)
    assert_same_weights(classifier.network, given.network)


def test_both_models_of_an_electra_are_read_bit_by_bit(electra, tmp_path):
    *both, values = electra
    tables = ("word_", "position_", "type_", "embeddings_norm")
    for number, (given, config) in enumerate(both):
        folder = folder_of(tmp_path / str(number), "electra", config, values)
        found = models.load_model(folder)
        assert type(found) is type(given)
        assert describe(found)[0]["model_type"] == "electra"
        own = found.weights_by_path()
        for path, weight in given.weights_by_path().items():
            # The generator reads the discriminator's embeddings.
            if path.startswith(tables):
                weight = both[0][0].weights_by_path()[path]
            if not path.startswith("pooler_transform/"):
                np.testing.assert_array_equal(own[path], weight, err_msg=path)


@pytest.mark.parametrize(("hidden_size", "heads"), [(8, 1), (192, 3)])
def test_heads_of_an_electra_follow_from_its_size(hidden_size, heads, tmp_path):
    sizes = {"hidden_size": hidden_size}
    _, config, weights = model("electra", "ForReplacedTokens", **sizes)
    _, _, tiny = model("electra", "ForMaskedLM")
    del config["num_attention_heads"]
    values = google_names.electra(weights, tiny)
    folder = folder_of(tmp_path, "electra", config, values)
    (block, *_) = models.load_model(folder).network.transformer_layers
    assert block.num_attention_heads == heads


def test_electra_without_a_configuration_is_named(electra, tmp_path):
    (given, config), _, values = electra
    folder = folder_of(tmp_path, "electra", config, values)
    (folder / "electra_config.json").unlink()
    for load in (models.load_model, checkpoints.load_encoder):
        with pytest.raises(ValueError, match="electra_config.json"):
            load(folder)
    with pytest.raises(ValueError, match="electra_config.json"):
        checkpoints.restore_encoder(given.network, folder)


def test_a_generator_has_its_own_embeddings_or_is_alone():
    names = ["electra/embeddings/a", f"electra/{QUERY}", f"generator/{QUERY}"]
    own = [*names, "generator/embeddings/a", "generator_predictions/b"]
    assert electra_part(own, True) == {
        "electra/embeddings/a": "generator/embeddings/a",
        f"electra/{QUERY}": f"generator/{QUERY}",
        "generator_predictions/b": "generator_predictions/b",
    }
    assert electra_part(own, False) == {x: x for x in names[:2]}
    # Of masked words alone, or with all weights tied.
    alone = [*names[:2], "generator_predictions/b"]
    assert electra_part(alone, True) == {x: x for x in alone}


def test_names_are_those_of_its_programs(albert, electra):
    for name, values in (("albert", albert[2]), ("electra", electra[2])):
        head = {"albert": "ForPreTraining", "electra": "ForReplacedTokens"}
        _, _, weights = model(name, head[name])
        tied = {"predictions.decoder.weight", "predictions.decoder.bias"}
        found = {google_name(x) for x in weights.keys() - tied}
        assert found <= values.keys()


@pytest.mark.parametrize("size", [0, 100, -100, -1])
@pytest.mark.parametrize("part", ["index", "data-00000-of-00001"])
def test_a_cut_file_is_named(albert, size, part, tmp_path):
    _, config, values = albert
    folder = folder_of(tmp_path, "albert", config, values)
    path = folder / f"model.ckpt-best.{part}"
    path.write_bytes(path.read_bytes()[:size])
    refused(folder, "damaged")


def refused(folder, word):
    with pytest.raises(ValueError, match=word) as caught:
        models.load_model(folder)
    assert str(folder) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("bert/encoder/embedding_hidden_mapping_in/bias", None, "projection"),
        ("cls/predictions/output_bias", None, "masked_lm/bias"),
        ("cls/seq_relationship/output_weights", None, "classification/logits"),
        ("bert/embeddings/word_embeddings", None, "word_embeddings"),
        ("bert/pooler/dense/kernel", np.zeros((8, 7)), "pooler_transform"),
        ("cls/predictions/output_bias", np.zeros(19), "masked_lm/bias"),
        ("bert/embeddings/LayerNorm/gamma", np.array("a"), "LayerNorm.weight"),
        ("bert/embeddings/LayerNorm/gamma", np.zeros(8, "int8"), "quantized"),
        ("bert/encoder/transformer/group_1/x", np.zeros(1), "group_1"),
        ("output_more", np.zeros(1), "output_more"),
        ("bert/pooler/dense/kernel", np.float32(1), "pooler_transform"),
    ],
)
def test_a_weight_that_does_not_fit_is_named(
    albert, name, value, word, tmp_path
):
    _, config, values = albert
    values = {**values, name: value}
    if value is None:
        del values[name]
    refused(folder_of(tmp_path, "albert", config, values), word)


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("vocab_size", 10**12, "vocab_size"),
        ("embedding_size", 7, "embedding_size"),
        ("hidden_size", 10**9, "hidden_size"),
        ("intermediate_size", -1, "intermediate_size"),
        ("max_position_embeddings", 17, "max_position_embeddings"),
        ("type_vocab_size", 0, "type_vocab_size"),
        ("num_hidden_groups", 2, "num_hidden_groups"),
        ("inner_group_num", 2, "inner_group_num"),
        ("num_hidden_layers", 10**9, "num_layers"),
        ("num_attention_heads", 3, "num_heads"),
        ("hidden_act", "step", "hidden_act"),
        ("hidden_size", "8", "hidden_size"),
    ],
)
def test_a_size_that_lies_is_named(albert, key, value, word, tmp_path):
    _, config, values = albert
    folder = folder_of(tmp_path, "albert", {**config, key: value}, values)
    refused(folder, word)


@pytest.mark.parametrize("key", ["num_hidden_layers", "hidden_size"])
def test_a_size_of_an_electra_that_lies_is_named(electra, key, tmp_path):
    (_, config), _, values = electra
    config = {**config, key: 10**9}
    refused(folder_of(tmp_path, "electra", config, values), key)


def test_weights_of_an_electra_that_do_not_fit_are_named(electra, tmp_path):
    *both, values = electra
    for scope, (_, config) in zip(("electra", "generator"), both, strict=True):
        key = f"{scope}/{QUERY}".replace("query", "key")
        less = {x: y for x, y in values.items() if x != key}
        folder = folder_of(tmp_path, "electra", config, less)
        refused(folder, "transformer_layer_0/attention/key_kernel")
        for name in (f"{scope}/more", "task_specific/more"):
            more = {**values, name: values[key]}
            folder = folder_of(tmp_path, "electra", config, more)
            refused(folder, "more")
