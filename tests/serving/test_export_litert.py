"""A model for LiteRT gives what its SavedModel gives."""

import json
import os
import sys

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import layers, models, networks, serving, text
from official_runs.artefacts.load_litert import load_litert
from official_runs.finetuning import predict_lines
from tests.serving.test_export_onnx import (
    LENGTH,
    PAIRS,
    QUESTIONS,
    READING,
    TEXTS,
    VOCABULARY,
    classifier,
    drawn,
    encoder,
    near,
    predicted,
)


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"activation": layers.approximate_gelu},
        {"albert": True},
        {"labels": ()},
        {"labels": ("no", "yes"), "num_texts": 2},
        # Operators that ONNX Runtime does not fuse.
        {"activation": "relu"},
    ],
)
def test_a_classifier_gives_the_same(arguments, tmp_path):
    served = classifier(**arguments)
    rows = [{"text": x} for x in TEXTS]
    if "num_texts" in arguments:
        rows = [dict(zip(served.inputs, x, strict=True)) for x in PAIRS]
    wanted, found = predicted(
        served, rows, tmp_path / "litert", serving.export_litert
    )
    near(found, wanted, "probabilities", "score")
    assert found == wanted
    folder = tmp_path / "litert"
    assert (folder / "vocab.txt").read_text().split("\n")[:-1] == VOCABULARY
    assert (folder / "labels.txt").exists() == bool(served.labels)
    assert "ai-edge-litert" in (folder / "README.md").read_text()


@pytest.mark.parametrize("pooling", ["mean", "first", "pooler"])
def test_an_embedder_gives_the_same(pooling, tmp_path):
    tokenizer = text.BertTokenizer(VOCABULARY, lower_case=False)
    served = serving.Embedder(encoder(), tokenizer, pooling, True, LENGTH)
    rows = [{"text": x} for x in TEXTS]
    wanted, found = predicted(
        served, rows, tmp_path / "litert", serving.export_litert
    )
    near(found, wanted, "embedding")
    assert found == wanted


def test_a_reader_gives_the_same_answers(tmp_path):
    served = serving.Reader(
        drawn(models.BertSpanLabeler(encoder())),
        text.BertTokenizer(VOCABULARY),
        0.0,
        **READING,
    )
    rows = [{"question": q, "context": c} for q in QUESTIONS for c in TEXTS]
    wanted, found = predicted(
        served, rows, tmp_path / "litert", serving.export_litert
    )
    near(found, wanted, "score", "null_odds")
    assert found == wanted


def test_a_tagger_gives_the_same_entities(tmp_path):
    labels = ["O", "B-x", "I-x", "B-y", "E-x"]
    served = serving.Tagger(
        drawn(models.BertTokenClassifier(encoder(), len(labels))),
        text.BertTokenizer(VOCABULARY),
        labels,
        sequence_length=LENGTH,
    )
    rows = [{"text": x} for x in TEXTS]
    wanted, found = predicted(
        served, rows, tmp_path / "litert", serving.export_litert
    )
    entities = [
        [x for row in rows for x in row["entities"]] for rows in (found, wanted)
    ]
    near(*entities, "score")
    assert found == wanted


def test_all_operators_are_its_own(tmp_path):
    serving.export_litert(classifier(), str(tmp_path / "litert"))
    content = (tmp_path / "litert" / "model.tflite").read_bytes()
    with pytest.warns(UserWarning, match="LiteRT"):
        interpreter = tf.lite.Interpreter(model_content=content)
    names = {x["op_name"] for x in interpreter._get_ops_details()}
    assert "FULLY_CONNECTED" in names
    assert not [x for x in names if x.startswith("Flex")]
    inputs = interpreter.get_signature_runner().get_input_details()
    assert {tuple(x["shape"]) for x in inputs.values()} == {(1, LENGTH)}


def test_integers_are_near_and_small(tmp_path):
    """Only kernels of more than 1,024 numbers become integers."""
    network = networks.TransformerEncoder(
        len(VOCABULARY), 64, 2, 4, None, LENGTH, intermediate_size=128
    )
    served = serving.Classifier(
        models.BertClassifier(network, 2),
        text.BertTokenizer(VOCABULARY),
        ("no", "yes"),
        sequence_length=LENGTH,
    )
    found, sizes = [], []
    for kind in (None, "int8"):
        folder = str(tmp_path / str(kind))
        serving.export_litert(served, folder, quantize=kind)
        serve, _ = load_litert(folder)
        found.append(serve(text=TEXTS)["probabilities"])
        sizes.append(os.path.getsize(f"{folder}/model.tflite"))
    assert 0 < np.abs(np.subtract(*found)).max() < 0.1
    assert sizes[1] < 0.5 * sizes[0]
    about = json.loads((tmp_path / "int8" / "artefact.json").read_text())
    assert about["quantize"] == "int8"
    with pytest.raises(ValueError, match="int4"):
        serving.export_litert(served, str(tmp_path / "x"), quantize="int4")


def test_what_runs_it_is_named_where_it_is_absent(tmp_path, monkeypatch):
    serving.export_litert(classifier(), str(tmp_path / "litert"))
    for name in ("ai_edge_litert", "tensorflow"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match="ai-edge-litert"):
        load_litert(str(tmp_path / "litert"))


@pytest.mark.parametrize("size", [0, 10, 1000])
def test_a_damaged_one_is_named(tmp_path, size):
    folder = tmp_path / "litert"
    serving.export_litert(classifier(), str(folder))
    path = folder / "model.tflite"
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ValueError, match="export_model") as caught:
        predict_lines.load(str(folder))
    assert str(folder) in str(caught.value)
