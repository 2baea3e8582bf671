"""A model for ONNX Runtime gives what its SavedModel gives."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import keras
import numpy as np
import pytest

from nlp_modeling import layers, models, networks, serving, text
from nlp_modeling.text.fast_tokenizer import fast_tokenizer
from official_runs.artefacts.load_onnx import load_onnx
from official_runs.artefacts.text_pieces import text_pieces
from official_runs.finetuning import predict_lines
from tests.serving.conftest import TEXTS as HARD_TEXTS

pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

WORDS = "a good ##ly bad film was , ! e n".split()
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
LENGTH = 12
TEXTS = [
    "",
    "A goodly film!",
    "a\u0301 go\u0301odly\u0323\u0302, e\u0301\u200d\u0301 film\n a",
    "Bad, bad FILM, e n é ñ \u202e [MASK] [SEP] \x00",
    "a good film was " * 20,
    "日本",
]
QUESTIONS = ["", "bad film?", "was a good film a bad film ?"]
READING = {
    "sequence_length": LENGTH,
    "doc_stride": 3,
    "max_query_length": 4,
}
PAIRS = [
    ("", ""),
    ("e\u0301", "n"),
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
    serve, names = load_onnx(str(folder))
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


@pytest.mark.parametrize(
    ("arguments", "tokenizer"),
    [
        ({}, {}),
        ({"null_score_diff_threshold": 0.0}, {}),
        ({"null_score_diff_threshold": -3.0, "n_best_size": 2}, {}),
        ({"doc_stride": 20, "max_answer_length": 2}, {"lower_case": False}),
    ],
)
def test_a_reader_gives_the_same_answers(tmp_path, arguments, tokenizer):
    served = serving.Reader(
        drawn(models.BertSpanLabeler(encoder())),
        text.BertTokenizer(VOCABULARY, **tokenizer),
        **{**READING, **arguments},
    )
    rows = [{"question": q, "context": c} for q in QUESTIONS for c in TEXTS]
    wanted, found = predicted(served, rows, tmp_path / "onnx")
    assert {x["start"] < 0 for x in wanted} == {False, True}
    near(found, wanted, "score", "null_odds")
    assert found == wanted


@pytest.mark.parametrize("splits", [True, False])
@pytest.mark.parametrize(
    "tokenizer", [{}, {"lower_case": False}, {"keep_special_tokens": True}]
)
def test_a_tagger_gives_the_same_entities(tmp_path, splits, tokenizer):
    labels = ["O", "B-x", "I-x", "B-y", "E-x"]
    served = serving.Tagger(
        drawn(models.BertTokenClassifier(encoder(), len(labels))),
        text.BertTokenizer(VOCABULARY, **tokenizer),
        labels,
        splits,
        LENGTH,
    )
    rows = [{"text": x} for x in TEXTS]
    wanted, found = predicted(served, rows, tmp_path / "onnx")
    entities = [
        [x for row in rows for x in row["entities"]] for rows in (wanted, found)
    ]
    assert {x["kind"] for x in entities[0]} == {"x", "y"}
    near(*entities, "score")
    assert found == wanted


def drawn(model):
    """Draws the weights of a head anew, large enough for all tags."""
    draw = np.random.default_rng(4)
    for path, weight in model.weights_by_path().items():
        if "/logits/" in path:
            weight.assign(draw.normal(size=weight.shape))
    return model


def predicted(served, rows, folder, export=serving.export_onnx):
    """What `predict` makes of the model, and of what was exported."""

    def call(**texts):
        outputs = served(*(texts[name] for name in served.inputs))
        return {name: x.numpy().tolist() for name, x in outputs.items()}

    export(served, str(folder))
    serve, names = predict_lines.load(str(folder))
    for each in (call, serve):
        yield list(predict_lines.predict(each, rows, names, batch_size=4))


def near(found, wanted, *names):
    """Compares numbers, and takes them out."""
    for name in names:
        if name in wanted[0]:
            numbers = [[x.pop(name) for x in rows] for rows in (found, wanted)]
            difference = np.abs(np.subtract(*numbers)).max()
            print(name, difference)
            assert difference < 1e-4


def test_what_onnx_runtime_has_no_operator_for_is_refused(tmp_path):
    reader = serving.Reader(
        models.BertSpanLabeler(encoder(), output="predictions"),
        text.BertTokenizer(VOCABULARY),
        **READING,
    )
    with pytest.raises(ValueError, match="output='predictions'"):
        serving.export_onnx(reader, str(tmp_path / "onnx"))
    for arguments in ({"activation": "relu"}, {"pooler_activation": "gelu"}):
        with pytest.raises(ValueError, match="must have BERT's parts"):
            serving.export_onnx(classifier(**arguments), str(tmp_path / "onnx"))
    with pytest.raises(ValueError, match="int4"):
        serving.export_onnx(classifier(), str(tmp_path), quantize="int4")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("lower_case", [True, False])
def test_pieces_have_the_places_of_the_tokenizer(lower_case, tokenizer):
    ours = text.BertTokenizer(tokenizer.vocabulary, lower_case=lower_case)
    strings = [*TEXTS, *HARD_TEXTS]
    fast = fast_tokenizer(ours.vocabulary, lower_case, lower_case)
    for pieces, *wanted in zip(
        text_pieces(fast, strings),
        *ours.tokenize_with_offsets(strings, "characters"),
        strict=True,
    ):
        for found, values in zip(pieces, wanted, strict=True):
            np.testing.assert_array_equal(found, values)


def test_the_configuration_for_triton_is_that_of_the_graph(exported):
    path = pathlib.Path(__file__).parent.parent.parent / "docs" / "serving.md"
    (config,) = re.findall(
        r'platform: "onnx.*?```', path.read_text(), re.DOTALL
    )
    named = re.findall(r'name: "(\w+)" data_type: TYPE_(\w+)', config)
    session = onnxruntime.InferenceSession(str(exported / "model.onnx"))
    types = {"tensor(int32)": "INT32", "tensor(float)": "FP32"}
    assert named == [
        (each.name, types[each.type])
        for each in (*session.get_inputs(), *session.get_outputs())
    ]


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served") / "onnx"
    serving.export_onnx(classifier(), str(folder))
    return folder


def test_it_is_applied_without_tensorflow(exported):
    code = f"""
import sys
sys.modules["tensorflow"] = sys.modules["keras"] = None
from official_runs.artefacts.load_onnx import load_onnx
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
