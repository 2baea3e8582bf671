"""A model for ONNX Runtime gives what its SavedModel gives."""

import os
import shutil
import subprocess
import sys

import keras
import numpy as np
import pytest

from nlp_modeling import layers, models, networks, serving, text
from official_runs.finetuning import predict_lines, predict_onnx

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

WORDS = "a good ##ly bad film was , ! e n".split()
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
LENGTH = 12
TEXTS = [
    "",
    "A goodly film!",
    "Bad, bad FILM, e n é ñ \u202e [MASK] [SEP] \x00",
    "a good film was " * 20,
    "日本",
]
PAIRS = [
    ("", ""),
    ("good", "a bad film was bad " * 9),
    ("a bad film was bad " * 9, "a good film was good " * 9),
    ("a film , a film !", ""),
    ("a good film was a", "bad bad bad bad bad bad bad"),
]


def encoder(**arguments):
    arguments = {"activation": "gelu", **arguments}
    kind = networks.TransformerEncoder
    if arguments.pop("albert", False):
        kind = networks.AlbertEncoder
        arguments["embedding_width"] = 6
    network = kind(
        len(VOCABULARY),
        hidden_size=16,
        num_layers=2,
        num_attention_heads=4,
        sequence_length=None,
        max_sequence_length=LENGTH,
        intermediate_size=24,
        **arguments,
    )
    draw = np.random.default_rng(3)
    for weight in network.weights:
        drawn = 0.3 * draw.normal(size=weight.shape)
        weight.assign(keras.ops.convert_to_numpy(weight) + drawn)
    return network


def classifier(labels=("no", "yes", "maybe"), num_texts=1, **arguments):
    model = models.BertClassifier(encoder(**arguments), max(len(labels), 1))
    tokenizer = text.BertTokenizer(VOCABULARY)
    return serving.Classifier(
        model, tokenizer, labels, num_texts, sequence_length=LENGTH
    )


def rows_of(served, rows):
    """What the SavedModel gives, and what ONNX Runtime takes, of rows."""
    columns = list(zip(*rows, strict=True)) if served.inputs[1:] else [rows]
    wanted = {k: v.numpy() for k, v in served(*columns).items()}
    return wanted, dict(zip(served.inputs, map(list, columns), strict=True))


def differences(served, rows, folder, **arguments):
    """The largest difference from the SavedModel's outputs."""
    serving.export_onnx(served, str(folder), **arguments)
    serve, names = predict_onnx.load_onnx(str(folder))
    assert names == sorted(served.inputs)
    wanted, texts = rows_of(served, rows)
    found = serve(**texts)
    if "label" in wanted:
        names = [x.decode() for x in wanted.pop("label")]
        if not arguments:
            assert names == found.pop("label")
        found.pop("label", None)
    (name,) = wanted
    assert list(found) == [name]
    return np.abs(wanted[name] - np.array(found[name])).max()


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"activation": layers.approximate_gelu},
        {"embedding_width": 6},
        {"norm_epsilon": 0.1},
        {"albert": True},
        {"labels": ()},
        {"labels": ("no", "yes"), "num_texts": 2},
    ],
)
def test_a_classifier_gives_the_same(arguments, tmp_path):
    served = classifier(**arguments)
    rows = PAIRS if "num_texts" in arguments else TEXTS
    assert differences(served, rows, tmp_path / "onnx") < 1e-5
    card = (tmp_path / "onnx" / "README.md").read_text()
    assert "onnxruntime" in card


def test_a_classifier_of_the_mean_is_refused(tmp_path):
    model = models.BertClassifier(encoder(), 3, pooling="mean")
    served = serving.Classifier(
        model,
        text.BertTokenizer(VOCABULARY),
        ("no", "yes", "maybe"),
        sequence_length=LENGTH,
    )
    with pytest.raises(ValueError, match="pooling='mean'"):
        serving.export_onnx(served, str(tmp_path / "onnx"))


@pytest.mark.parametrize("pooling", ["mean", "first", "pooler"])
@pytest.mark.parametrize("normalize", [False, True])
def test_an_embedder_gives_the_same(pooling, normalize, tmp_path):
    served = serving.Embedder(
        encoder(),
        text.BertTokenizer(VOCABULARY, lower_case=False),
        pooling,
        normalize,
        sequence_length=LENGTH,
    )
    assert differences(served, TEXTS, tmp_path / "onnx") < 1e-5


def test_integers_are_near_and_small(tmp_path):
    served = classifier()
    found = differences(served, TEXTS, tmp_path / "int8", quantize="int8")
    assert 0 < found < 0.1
    serving.export_onnx(served, str(tmp_path / "whole"))
    sizes = [
        os.path.getsize(tmp_path / name / "model.onnx")
        for name in ("int8", "whole")
    ]
    assert sizes[0] < sizes[1]


def test_what_onnx_runtime_has_no_operator_for_is_refused(tmp_path):
    tokenizer = text.BertTokenizer(VOCABULARY)
    reader = serving.Reader(
        models.BertSpanLabeler(encoder()),
        tokenizer,
        sequence_length=LENGTH,
        max_query_length=4,
    )
    with pytest.raises(ValueError, match="Received: Reader"):
        serving.export_onnx(reader, str(tmp_path / "onnx"))
    for arguments in ({"activation": "relu"}, {"pooler_activation": "gelu"}):
        with pytest.raises(ValueError, match="must have BERT's parts"):
            serving.export_onnx(classifier(**arguments), str(tmp_path / "onnx"))
    with pytest.raises(ValueError, match="int4"):
        serving.export_onnx(classifier(), str(tmp_path), quantize="int4")
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served") / "onnx"
    serving.export_onnx(classifier(), str(folder))
    return folder


def test_it_is_applied_without_tensorflow(exported):
    code = f"""
import sys
sys.modules["tensorflow"] = sys.modules["keras"] = None
from official_runs.finetuning.predict_onnx import load_onnx
serve, names = load_onnx({str(exported)!r})
print(serve(text=["a good film"])["label"])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    serve, _ = predict_lines.load(str(exported))
    assert done.stdout.strip() == str(serve(text=["a good film"])["label"])


@pytest.mark.parametrize("size", [0, 10, -5, None])
@pytest.mark.parametrize(
    "name", ["model.onnx", "artefact.json", "tokenizer.json"]
)
def test_a_damaged_one_is_named(exported, tmp_path, name, size):
    folder = tmp_path / "served"
    shutil.copytree(exported, folder)
    path = folder / name
    whole = path.read_bytes()
    path.unlink()
    if size is not None:
        path.write_bytes(whole[:size])
    with pytest.raises(ValueError, match="export_model") as caught:
        predict_lines.load(str(folder))
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)
