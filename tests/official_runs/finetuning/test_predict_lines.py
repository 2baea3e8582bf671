"""An exported model that is damaged, or is another one, is named."""

import shutil

import pytest
import tensorflow as tf

from nlp_modeling import models, networks, serving, text
from official_runs.finetuning import predict_lines

VOCABULARY = "[PAD] [UNK] [CLS] [SEP] [MASK] good".split()


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    encoder = networks.TransformerEncoder(
        len(VOCABULARY), 8, 1, 2, 8, intermediate_size=8
    )
    served = serving.Classifier(
        models.BertClassifier(encoder, 1),
        text.BertTokenizer(VOCABULARY),
        sequence_length=8,
    )
    serving.export(served, str(folder))
    return folder


@pytest.fixture
def folder(exported, tmp_path):
    shutil.copytree(exported, tmp_path / "served")
    return tmp_path / "served"


def refused(folder):
    with pytest.raises(ValueError, match="export_model") as caught:
        predict_lines.load(str(folder))
    assert str(folder) in str(caught.value)


def test_a_whole_model_has_a_signature(folder):
    serve, names = predict_lines.load(str(folder))
    assert names == ["text"]
    (row,) = predict_lines.predict(serve, [{"text": "good"}], names, 2)
    assert isinstance(row["score"], float)


@pytest.mark.parametrize("size", [0, 10, -5, None])
@pytest.mark.parametrize(
    "name",
    [
        "saved_model.pb",
        "variables/variables.index",
        "variables/variables.data-00000-of-00001",
    ],
)
def test_a_damaged_model_is_named(folder, name, size):
    whole = (folder / name).read_bytes()
    (folder / name).unlink()
    if size is not None:
        (folder / name).write_bytes(whole[:size])
    refused(folder)


def test_a_model_of_numbers_is_named(tmp_path):
    module = tf.Module()
    module.double = tf.function(
        lambda x: {"doubled": 2 * x},
        input_signature=[tf.TensorSpec([None], name="x")],
    )
    signatures = {"serving_default": module.double}
    tf.saved_model.save(module, str(tmp_path / "one"), signatures=signatures)
    refused(tmp_path / "one")
    tf.saved_model.save(tf.Module(), str(tmp_path / "none"))
    refused(tmp_path / "none")
