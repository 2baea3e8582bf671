"""Encoders of byte pairs are fine-tuned, and served, without word pieces."""

import json

import keras
import numpy as np
import pytest

from nlp_modeling import checkpoints, layers, models, networks
from official_runs.finetuning import predict_lines
from official_runs.finetuning.export import export_encoder, export_finetuned
from tests.official_runs import tiny_finetuning
from tests.official_runs.program.running_program import RunningProgram
from tests.text import byte_pairs

pytest.importorskip("tokenizers")
TEXTS = [*byte_pairs.TEXTS, "bad film, good day </s> " * 9]
MODERN = {"global_attention_every": 2, "window": 4}


def encoder(kind, **arguments):
    return kind(
        vocab_size=300,
        hidden_size=16,
        num_layers=2,
        num_attention_heads=2,
        sequence_length=None,
        intermediate_size=32,
        **arguments,
    )


@pytest.fixture(scope="module", params=["RoBERTa", "ModernBERT"])
def preset(request, tmp_path_factory):
    """Writes an encoder and its tokenizer."""
    folder = tmp_path_factory.mktemp("preset")
    keras.utils.set_random_seed(0)
    if request.param == "RoBERTa":
        roberta = networks.TransformerEncoder
        network = encoder(roberta, max_sequence_length=64, activation="gelu")
    else:
        # As an encoder of Hugging Face pools.
        pooler = layers.NormalizedTransform()
        network = encoder(
            networks.ModernBertEncoder, pooler_layer=pooler, **MODERN
        )
    network.save_to_preset(folder)
    byte_pairs.tokenizer().save_to_preset(folder)
    return folder


@pytest.fixture(scope="module")
def flags(preset, tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    tiny_finetuning.write_texts(folder)
    given = {**tiny_finetuning.write_common(folder), "num_train_epochs": 1}
    del given["vocab_file"]
    return {
        **given,
        "classification_task_name": "SST-2",
        "input_data_dir": folder,
        "init_checkpoint": preset,
    }


@pytest.fixture(scope="module")
def finished(flags, tmp_path_factory):
    model_dir = tmp_path_factory.mktemp("run")
    with RunningProgram("official_runs.run_classifier") as program:
        code, log = program.run(**flags, model_dir=model_dir)
    assert code == 0, log
    return model_dir


def test_the_model_that_is_kept_has_the_score(finished, flags):
    model = models.BertClassifier.from_preset(
        finished / "model", sequence_length=24
    )
    lines = (flags["input_data_dir"] / "dev.tsv").read_text().splitlines()[1:]
    texts, labels = zip(*(line.split("\t") for line in lines), strict=True)
    found = model.predict(list(texts), verbose=0).argmax(-1)
    accuracy = np.mean(found == np.array(labels, int))
    scores = json.loads((finished / "scores.json").read_text())
    assert scores["accuracy"]["values"] == [pytest.approx(accuracy)]


@pytest.mark.parametrize("kind", ["onnx", "litert"])
def test_what_is_served_is_the_model(finished, kind, tmp_path, request):
    if "ModernBERT" in request.node.name and kind == "onnx":
        pytest.skip("ModernBERT's parts are no operators of ONNX Runtime.")
    if kind == "onnx":
        pytest.importorskip("onnxruntime")
    folder = str(tmp_path / "served")
    export_finetuned(str(finished), folder, kind=kind)
    serve, names = predict_lines.load(folder)
    served = predict_lines.predict(
        serve, [{"text": x} for x in TEXTS], names, 4
    )
    model = models.BertClassifier.from_preset(
        finished / "model", sequence_length=24
    )
    logits = keras.ops.softmax(model.predict(TEXTS, verbose=0))
    np.testing.assert_allclose(
        [each["probabilities"] for each in served], logits, atol=1e-5
    )


def test_a_saved_model_cannot_split_byte_pairs(finished, tmp_path):
    with pytest.raises(ValueError, match="ONNX and LiteRT can. Received: Byte"):
        export_finetuned(str(finished), str(tmp_path / "served"))


@pytest.mark.parametrize(
    ("program", "more", "message"),
    [
        (
            "run_classifier",
            {"do_lower_case": True},
            "--vocab_file and --do_lower_case are of word pieces",
        ),
        ("run_tagging", {"labels": "O,B-x"}, "only classification reads byte"),
    ],
)
def test_what_byte_pairs_cannot_do_is_said(
    program, more, message, flags, tmp_path
):
    given = {**flags, **more, "model_dir": tmp_path}
    if program == "run_tagging":
        del given["classification_task_name"]
    with RunningProgram(f"official_runs.{program}") as running:
        code, log = running.run(**given)
    assert code == 1
    assert message in log


def test_an_encoder_of_byte_pairs_has_no_case_to_lose(preset, tmp_path):
    with pytest.raises(ValueError, match="are of word pieces"):
        export_encoder(
            str(preset), str(tmp_path / "out"), kind="litert", lower_case=True
        )


def test_it_leaves_for_hugging_face(finished, tmp_path):
    model = models.BertClassifier.from_preset(finished / "model")
    checkpoints.save_to_hugging_face(model, tmp_path / "exported")
    again = models.BertClassifier.from_preset(tmp_path / "exported")
    for one, other in zip(model.weights, again.weights, strict=True):
        np.testing.assert_array_equal(one, other)
