"""SavedModels of a BERT from TF Hub are read by their variables."""

import functools
import pathlib

import keras
import numpy as np
import pytest

from nlp_modeling import checkpoints, models, serving, text
from nlp_modeling.checkpoints.assign_weights import weight_parts
from nlp_modeling.checkpoints.attention_heads import part_heads
from tests.checkpoints import test_google_bert
from tests.checkpoints import test_hugging_face_families as families
from tests.checkpoints.same_model import (
    assert_same_outputs,
    assert_same_weights,
)

tf = pytest.importorskip("tensorflow")

# What Model Garden calls the layers, whose prefix its newer encoder adds.
NAMES = {
    "embeddings_norm/": "embeddings/layer_norm/",
    "transformer_layer_": "transformer/layer_",
    "/attention/output_": "/self_attention/attention_output/",
    "/attention/query_": "/self_attention/query/",
    "/attention/key_": "/self_attention/key/",
    "/attention/value_": "/self_attention/value/",
    "/attention_norm/": "/self_attention_layer_norm/",
    "/feed_forward/inner/": "/intermediate/",
    "/feed_forward/output/": "/output/",
    "/output_norm/": "/output_layer_norm/",
    "masked_lm/bias": "bert/cls/predictions/output_bias/bias",
    "masked_lm/transform/": "bert/cls/predictions/transform/dense/",
    "masked_lm/norm/": "bert/cls/predictions/transform/LayerNorm/",
}
KEY = "transformer/layer_1/self_attention/key"


@functools.cache
def given():
    return test_google_bert.with_gelu("ForMaskedLM")


@functools.cache
def variables():
    """The variables of a BERT with Model Garden's names and heads."""
    found = {}
    for path, value in weight_parts(given()).items():
        value = part_heads(path, value, 2)
        for ours, theirs in NAMES.items():
            path = path.replace(ours, theirs)
        found[path] = value
    return found


def saved(folder, values, lower_case=False, save=tf.saved_model.save):
    """Writes a SavedModel as TF Hub has it, with the variables in a list."""
    module = tf.Module()
    module.variables_ = [tf.Variable(y, name=x) for x, y in values.items()]
    module.do_lower_case = tf.Variable(lower_case, trainable=False)
    words = pathlib.Path(folder, "vocab.txt")
    words.write_text("".join(f"{x}\n" for x in families.VOCABULARY))
    module.vocab_file = tf.saved_model.Asset(str(words))
    save(module, str(folder / "hub"))
    return folder / "hub"


def variables_alone(module, folder):
    """Writes what is read of a SavedModel, which is faster."""
    tf.train.Checkpoint(root=module).write(f"{folder}/variables/variables")
    pathlib.Path(folder, "saved_model.pb").touch()


fast_saved = functools.partial(saved, save=variables_alone)


@pytest.mark.parametrize("prefix", ["", "bert_encoder_v2/"])
def test_a_masked_lm_is_read_bit_by_bit(prefix, tmp_path, monkeypatch):
    values = {f"{prefix}{x}": y for x, y in variables().items()}
    folder = saved(tmp_path, values)
    monkeypatch.setattr(tf.saved_model, "load", None)
    found = models.load_model(folder)
    assert type(found) is models.BertPretrainer
    assert_same_weights(found, given())
    tokenizer = found.preprocessor.tokenizer
    assert tokenizer.vocabulary == families.VOCABULARY
    assert not tokenizer.lower_case
    assert_same_outputs(found.network, given().network)


def test_an_encoder_is_read_bit_by_bit(tmp_path):
    values = {x: y for x, y in variables().items() if "cls/" not in x}
    folder = saved(tmp_path, values, lower_case=True)
    assert_same_weights(models.load_model(folder), given().network)
    again = test_google_bert.with_gelu("ForMaskedLM").network
    found = checkpoints.restore_encoder(again, folder)
    assert found == "a folder with a configuration"
    assert_same_weights(again, given().network)
    classifier = models.BertClassifier.from_preset(folder, num_classes=3)
    assert_same_weights(classifier.network, given().network)
    assert classifier.preprocessor.tokenizer.lower_case
    exact = checkpoints.load_encoder(folder, activation="gelu")
    assert exact.get_config()["activation"] == "gelu"


def refused(folder, word):
    with pytest.raises(ValueError, match=word) as caught:
        models.load_model(folder)
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


def zeros(*shape):
    return np.zeros(shape, "float32")


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        (f"{KEY}/kernel", None, "key_kernel"),
        ("word_embeddings/embeddings", None, "word_embeddings"),
        ("pooler_transform/bias", None, "pooler_transform/bias"),
        ("bert/cls/predictions/output_bias/bias", None, "masked_lm/bias"),
        ("embedding_projection/bias", zeros(8), "embedding_projection/bias"),
        ("encoder/pooler_transform/bias", zeros(8), "pooler_transform/bias"),
        ("transformer/layer_9/output/bias", zeros(8), "layer_9/output/bias"),
        ("bert/cls/predictions/more", zeros(8), "predictions/more"),
        (f"{KEY}/kernel", zeros(8, 4, 2), "2 heads"),
        (f"{KEY}/kernel", zeros(8, 2, 3), "key"),
        (f"{KEY}/kernel", zeros(8, 8), "3 axes"),
        (f"{KEY}/bias", zeros(4, 2), "2 heads"),
        ("embeddings/layer_norm/beta", zeros(), "1 axes"),
        ("embeddings/layer_norm/beta", zeros(7), "embeddings_norm/beta"),
        ("embeddings/layer_norm/beta", np.array("a"), "1 axes"),
        ("position_embedding/embeddings", zeros(16), "2 axes"),
        ("position_embedding/embeddings", zeros(16, 9), "position"),
        ("embeddings/layer_norm/beta", np.zeros(8, "int8"), "quantized"),
        (
            "transformer/layer_0/self_attention/query/kernel",
            zeros(8, 0, 4),
            "heads",
        ),
    ],
)
def test_a_variable_that_does_not_fit_is_named(name, value, word, tmp_path):
    values = {**variables(), name: value}
    if value is None:
        del values[name]
    refused(fast_saved(tmp_path, values), word)


@pytest.mark.parametrize("size", [None, 0, 100, -100, -1])
@pytest.mark.parametrize("part", ["index", "data-00000-of-00001"])
def test_a_cut_file_is_named(part, size, tmp_path):
    folder = fast_saved(tmp_path, variables())
    path = folder / "variables" / f"variables.{part}"
    content = path.read_bytes()
    path.unlink()
    if size is not None:
        path.write_bytes(content[:size])
    refused(folder, "missing or damaged")


def test_a_tokenizer_without_variables_is_named(tmp_path):
    folder = saved(tmp_path, {})
    (folder / "variables" / "variables.index").unlink()
    with pytest.raises(ValueError, match=str(folder)):
        text.BertTokenizer.from_preset(folder)


@pytest.mark.parametrize("objects", [None, b"\xff\xff\xff"])
def test_variables_without_an_object_graph_are_named(objects, tmp_path):
    folder = fast_saved(tmp_path, variables())
    values = {"variables/0/.ATTRIBUTES/VARIABLE_VALUE": np.zeros(2, "float32")}
    if objects is not None:
        values["_CHECKPOINTABLE_OBJECT_GRAPH"] = np.array(objects)
    tf.raw_ops.SaveV2(
        prefix=str(folder / "variables" / "variables"),
        tensor_names=list(values),
        shape_and_slices=[""] * len(values),
        tensors=list(values.values()),
    )
    refused(folder, "SavedModel")


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="TensorFlow serves"
)
def test_an_artefact_of_this_package_is_told_apart(tmp_path):
    tokenizer = text.BertTokenizer(families.VOCABULARY)
    model = test_google_bert.with_gelu("ForSequenceClassification")
    served = serving.Classifier(
        model, tokenizer, list("xyz"), sequence_length=8
    )
    serving.export(served, str(tmp_path / "out"))
    refused(tmp_path / "out", "export_model")
