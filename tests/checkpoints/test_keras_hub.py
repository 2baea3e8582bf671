"""Presets of KerasHub are read and written, without KerasHub."""

import itertools
import json
import shutil

import h5py
import numpy as np
import pytest

from nlp_modeling import checkpoints, layers, models, networks, text
from nlp_modeling.checkpoints.assign_weights import parts_of
from nlp_modeling.checkpoints.keras_hub.bert import KERAS_HUB_BERT
from nlp_modeling.checkpoints.layer_names import weight_names
from tests.checkpoints.same_model import assert_same_weights

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "##ly"]
KERNEL = "layers/transformer_encoder/_self_attention_layer/value_dense/vars/0"


def encoder(**arguments):
    arguments = {"activation": layers.approximate_gelu, **arguments}
    return networks.TransformerEncoder(
        20, 8, 2, 2, None, 16, intermediate_size=12, **arguments
    )


def classifier(**arguments):
    tokenizer = text.BertTokenizer(VOCABULARY, **arguments)
    preprocessor = text.BertPreprocessor(tokenizer, 12)
    model = models.BertClassifier(encoder(), 3, preprocessor=preprocessor)
    draw = np.random.default_rng(1)
    for weight in model.weights:
        weight.assign(draw.normal(size=weight.shape))
    return model


def masked_lm(**arguments):
    arguments = {"activation": "gelu", "norm_epsilon": 1e-5, **arguments}
    return models.BertPretrainer(encoder(), num_classes=None, **arguments)


def test_a_table_has_every_weight_and_no_other():
    paths = {
        x for path in classifier().weights_by_path() for x in parts_of(path)
    }
    paths |= {
        x for path in masked_lm().weights_by_path() for x in parts_of(path)
    }
    heads = itertools.chain(*KERAS_HUB_BERT.heads.values())
    assert weight_names((*KERAS_HUB_BERT.layers, *heads), 2).keys() == paths


@pytest.mark.parametrize(
    "tokenizer",
    [
        {},
        {"lower_case": False},
        {"strip_accents": False},
        {"keep_special_tokens": True},
    ],
)
def test_a_classifier_that_was_written_is_read_bit_by_bit(tokenizer, tmp_path):
    given = classifier(**tokenizer)
    checkpoints.save_to_keras_hub(given, tmp_path)
    found = models.load_model(tmp_path)
    assert type(found) is models.BertClassifier
    assert_same_weights(found, given)
    assert found.preprocessor.sequence_length == 12
    ours, theirs = (x.preprocessor.tokenizer for x in (given, found))
    assert theirs.vocabulary == VOCABULARY
    assert theirs.lower_case == ours.lower_case
    assert theirs.keep_special_tokens == ours.keep_special_tokens
    strips = tokenizer.get("strip_accents", ours.lower_case)
    assert theirs.strip_accents == strips
    # The encoder alone, for other heads.
    tagger = models.BertTokenClassifier.from_preset(tmp_path, num_classes=5)
    assert_same_weights(tagger.network, given.network)


def test_an_encoder_that_was_written_is_read_bit_by_bit(tmp_path):
    given = encoder()
    checkpoints.save_to_keras_hub(given, tmp_path)
    assert not (tmp_path / "task.json").exists()
    found = models.load_model(tmp_path)
    assert type(found) is networks.TransformerEncoder
    assert_same_weights(found, given)


def test_a_masked_lm_that_was_written_is_read_bit_by_bit(tmp_path):
    given = masked_lm()
    checkpoints.save_to_keras_hub(given, tmp_path)
    found = models.load_model(tmp_path)
    assert type(found) is models.BertPretrainer
    assert_same_weights(found, given)


def test_what_it_does_not_have_is_refused(tmp_path):
    for given, said in (
        (encoder(activation="gelu"), "approximate_gelu"),
        (encoder(embedding_width=4), "embedding_projection"),
        (encoder(norm_epsilon=0.1), "norm_epsilon"),
        (encoder(pooler_activation="relu"), "tanh"),
        (models.BertClassifier(encoder(), 3, pooling="mean"), "pooling"),
        (models.BertTokenClassifier(encoder(), 3), "token_classifier"),
        (models.BertPretrainer(encoder()), "activation"),
        (masked_lm(norm_epsilon=1e-12), "norm_epsilon"),
        (masked_lm(activation="relu"), "activation"),
    ):
        with pytest.raises(ValueError, match=said):
            checkpoints.save_to_keras_hub(given, tmp_path / "out")
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keras_hub")
    checkpoints.save_to_keras_hub(classifier(), folder)
    return folder


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("config.json", {"vocabulary_size": 21}),
        ("config.json", {"hidden_dim": 16}),
        ("config.json", {"num_layers": 3}),
        ("config.json", {"num_layers": 10**9}),
        ("config.json", {"num_heads": 4}),
        ("config.json", {"intermediate_dim": "x"}),
        ("config.json", {"max_sequence_length": 10**9}),
        ("config.json", {"num_segments": 0}),
        ("config.json", {"class_name": "RobertaBackbone"}),
        ("task.json", {"num_classes": 10**9}),
        ("task.json", {"activation": "softmax"}),
        ("tokenizer.json", {"suffix_indicator": "@@"}),
    ],
)
def test_a_configuration_of_something_else_is_named(
    written, tmp_path, name, change
):
    folder = tmp_path / "changed"
    shutil.copytree(written, folder)
    content = json.loads((folder / name).read_text())
    (key,) = change
    (content if key == "class_name" else content["config"]).update(change)
    (folder / name).write_text(json.dumps(content))
    with pytest.raises(ValueError, match=key) as caught:
        models.load_model(folder)
    assert str(folder) in str(caught.value)


def without(file):
    del file[KERNEL]


def more(file):
    file["layers/dense_9/vars/0"] = [1.0]


def other_shape(file):
    del file[KERNEL]
    file[KERNEL] = np.zeros((9, 2, 4), "float32")


def link(file):
    del file[KERNEL]
    file[KERNEL] = h5py.ExternalLink("/etc/passwd", "x")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without, "transformer_layer_0/attention/value_kernel"),
        (more, "dense_9"),
        (other_shape, "value_dense"),
        (link, "no links"),
    ],
)
def test_weights_of_something_else_are_named(written, tmp_path, change, said):
    folder = tmp_path / "changed"
    shutil.copytree(written, folder)
    with h5py.File(folder / "model.weights.h5", "a") as file:
        change(file)
    with pytest.raises(ValueError, match=said) as caught:
        models.load_model(folder)
    assert str(folder) in str(caught.value)


@pytest.mark.parametrize("size", [0, 10, -100, None])
@pytest.mark.parametrize("name", ["model.weights.h5", "task.weights.h5"])
def test_a_damaged_file_is_named(written, tmp_path, name, size):
    folder = tmp_path / "damaged"
    shutil.copytree(written, folder)
    whole = (folder / name).read_bytes()
    (folder / name).unlink()
    if size is not None:
        (folder / name).write_bytes(whole[:size])
    with pytest.raises(ValueError, match=name):
        models.load_model(folder)
