"""Checkpoints of google-research/bert are read and written."""

import json
import pathlib

import numpy as np
import pytest

from nlp_modeling import checkpoints, models, networks, text
from nlp_modeling.checkpoints.google_bert.google_name import google_name
from nlp_modeling.checkpoints.hugging_face.families import FAMILIES
from nlp_modeling.checkpoints.layer_names import weight_names
from tests.checkpoints import test_hugging_face_families as families
from tests.checkpoints.same_model import (
    assert_same_outputs,
    assert_same_weights,
)

tf = pytest.importorskip("tensorflow")

HEADS = ("ForPreTraining", "ForMaskedLM", "ForSequenceClassification")


def with_gelu(head, **arguments):
    """A model of BERT with Google's activation."""
    kind = {"hidden_act": "gelu_new", "layer_norm_eps": 1e-12}
    kind = {**families.CONFIG, **kind}
    family = FAMILIES["bert"]
    made = family.arguments({**family.defaults, **kind})
    encoder = family.encoder(**made)
    if head == "ForQuestionAnswering":
        return models.BertSpanLabeler(encoder, **arguments)
    if head == "ForSequenceClassification":
        return models.BertClassifier(encoder, 3, **arguments)
    classes = 2 if head == "ForPreTraining" else None
    return models.BertPretrainer(
        encoder, classes, activation=made["activation"], **arguments
    )


def test_names_are_those_of_its_programs():
    """As `modeling.py` and the programs make them."""
    layers = [
        *FAMILIES["bert"].layers,
        *FAMILIES["bert"].heads["ForPreTraining"],
    ]
    found = {
        google_name(name if name.startswith("cls.") else f"bert.{name}")
        for name in weight_names(layers, 1).values()
    }
    layer = "bert/encoder/layer_0"
    dense = (
        *(f"{layer}/attention/self/{x}" for x in ("query", "key", "value")),
        f"{layer}/attention/output/dense",
        f"{layer}/intermediate/dense",
        f"{layer}/output/dense",
        "bert/pooler/dense",
        "cls/predictions/transform/dense",
    )
    norms = (
        "bert/embeddings",
        f"{layer}/attention/output",
        f"{layer}/output",
        "cls/predictions/transform",
    )
    assert found == {
        *(f"bert/embeddings/{x}_embeddings" for x in ("word", "token_type")),
        "bert/embeddings/position_embeddings",
        *(f"{x}/{part}" for x in dense for part in ("kernel", "bias")),
        *(f"{x}/LayerNorm/{part}" for x in norms for part in ("gamma", "beta")),
        "cls/predictions/output_bias",
        "cls/seq_relationship/output_weights",
        "cls/seq_relationship/output_bias",
    }


@pytest.mark.parametrize("head", [*HEADS, "ForQuestionAnswering"])
def test_a_model_that_was_written_is_read_bit_by_bit(head, tmp_path):
    tokenizer = text.BertTokenizer(families.VOCABULARY)
    given = with_gelu(head, preprocessor=text.BertPreprocessor(tokenizer, 12))
    checkpoints.save_to_google_bert(given, tmp_path)
    found = type(given).from_preset(tmp_path)
    assert_same_weights(found, given)
    assert found.preprocessor.tokenizer.vocabulary == families.VOCABULARY
    assert type(models.load_model(tmp_path)) is type(given)


def test_an_encoder_and_its_activation_are_kept(tmp_path):
    given = with_gelu("ForMaskedLM").network
    checkpoints.save_to_google_bert(given, tmp_path)
    config = json.loads((tmp_path / "bert_config.json").read_text())
    assert config["hidden_act"] == "gelu"
    assert_same_outputs(models.load_model(tmp_path), given)


def test_the_state_of_a_run_is_left_and_other_weights_are_named(tmp_path):
    given = with_gelu("ForSequenceClassification")
    checkpoints.save_to_google_bert(given, tmp_path)
    values = read(tmp_path / "bert_model.ckpt")
    kernel = "bert/pooler/dense/kernel"
    state = {
        "global_step": np.array(7),
        f"{kernel}/adam_m": values[kernel],
        f"{kernel}/adam_v": values[kernel],
    }
    for path in tmp_path.glob("bert_model*"):
        path.unlink()
    write({**values, **state}, tmp_path / "model.ckpt-7")
    found = models.BertClassifier.from_preset(tmp_path)
    np.testing.assert_array_equal(
        found.weights_by_path()["pooler_transform/kernel"], values[kernel]
    )
    for path in tmp_path.glob("model*"):
        path.unlink()
    write({**values, "bert/more": values[kernel]}, tmp_path / "model.ckpt-7")
    with pytest.raises(ValueError, match="bert/more"):
        checkpoints.load_encoder(tmp_path)
    del values[kernel]
    for path in tmp_path.glob("model*"):
        path.unlink()
    write(values, tmp_path / "model.ckpt-7")
    with pytest.raises(ValueError, match="pooler_transform/kernel"):
        checkpoints.load_encoder(tmp_path)


def test_what_it_does_not_have_is_refused(tmp_path):
    exact = families.model("bert", "ForMaskedLM").network
    with pytest.raises(ValueError, match="norm_epsilon"):
        checkpoints.save_to_google_bert(exact, tmp_path)
    exact = networks.TransformerEncoder(
        20, 8, 1, 2, None, 16, intermediate_size=12, activation="gelu"
    )
    with pytest.raises(ValueError, match="approximate_gelu"):
        checkpoints.save_to_google_bert(exact, tmp_path)
    albert = families.model("albert", "ForMaskedLM").network
    with pytest.raises(ValueError, match="albert"):
        checkpoints.save_to_google_bert(albert, tmp_path)
    given = with_gelu("ForMaskedLM")
    checkpoints.save_to_google_bert(given, tmp_path)
    for name in (
        "bert_model.ckpt.index",
        "bert_model.ckpt.data-00000-of-00001",
    ):
        path = pathlib.Path(tmp_path, name)
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(ValueError, match=str(tmp_path)):
            checkpoints.load_encoder(tmp_path)
        path.write_bytes(whole)
    (tmp_path / "more.index").touch()
    with pytest.raises(ValueError, match="one checkpoint"):
        checkpoints.load_encoder(tmp_path)


def read(path):
    reader = tf.train.load_checkpoint(str(path))
    return {x: reader.get_tensor(x) for x in reader.get_variable_to_shape_map()}


def write(values, path):
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        variables = {
            name: tf.compat.v1.get_variable(name, initializer=value)
            for name, value in values.items()
        }
        session.run(tf.compat.v1.global_variables_initializer())
        saver = tf.compat.v1.train.Saver(variables)
        saver.save(session, str(path), write_meta_graph=False)
