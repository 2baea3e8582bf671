"""export_model and predict take a fine-tuned run to labels, or say why not."""

import gzip
import json
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import models, networks, text
from official_runs.finetuning.saved_model import save_finetuned
from tests.official_runs.program.running_program import RunningProgram

VOCABULARY = (
    "[PAD] [UNK] [CLS] [SEP] [MASK] when ? a b c good bad film .".split()
)
LENGTHS = {"sequence_length": 16}
TASKS = {
    "classification": {"labels": ["no", "yes"], "num_texts": 1},
    "pairs": {"labels": ["no", "yes"], "num_texts": 2},
    "regression": {"labels": [], "num_texts": 1},
    "tagging": {"labels": ["O", "B-x", "I-x"]},
    "squad": {
        "version_2_with_negative": True,
        "doc_stride": 4,
        "max_query_length": 4,
        "n_best_size": 16,
        "max_answer_length": 8,
        "null_score_diff_threshold": 0.0,
    },
}


@pytest.fixture(scope="module")
def tokenizer():
    return text.BertTokenizer(VOCABULARY)


def make_model(name, task):
    keras.utils.set_random_seed(1)
    encoder = networks.TransformerEncoder(
        len(VOCABULARY),
        hidden_size=8,
        num_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        sequence_length=None,
        max_sequence_length=16,
        initializer=keras.initializers.RandomNormal(stddev=0.5, seed=0),
    )
    if name == "squad":
        return models.BertSpanLabeler(encoder)
    if name == "tagging":
        return models.BertTokenClassifier(encoder, len(task["labels"]))
    return models.BertClassifier(encoder, len(task["labels"]) or 1)


@pytest.fixture(scope="module")
def exporter():
    with RunningProgram("official_runs.export_model") as program:
        yield program


@pytest.fixture(scope="module")
def predictor():
    with RunningProgram("official_runs.predict") as program:
        yield program


@pytest.fixture(scope="module")
def runs(tmp_path_factory, tokenizer, exporter):
    """A run's folder of each kind, exported by the program."""
    folder = tmp_path_factory.mktemp("runs")
    for name, task in TASKS.items():
        save_finetuned(
            str(folder / name),
            make_model(name, task),
            tokenizer,
            {
                "kind": "classification" if name == "pairs" else name,
                **LENGTHS,
                **task,
                "seed": 7,
                "scores": {"f1": 0.5, "best_f1_thresh": -1.25},
            },
        )
        (folder / name / "config.gin").write_text("SEED = 7\n")
        code, errors = exporter.run(
            model_dir=folder / name, model_export_path=folder / name / "export"
        )
        assert code == 0, errors
    return folder


def predicted(predictor, folder, lines, name="in.txt", **flags):
    """What the program writes for lines, as objects."""
    file, output = folder / name, folder / "out.jsonl"
    opens = gzip.open if name.endswith(".gz") else open
    with opens(file, "wt", encoding="utf-8") as stream:
        stream.write("".join(f"{line}\n" for line in lines))
    code, errors = predictor.run(
        model_export_path=folder / "export",
        input_file=file,
        output_file=output,
        overwrite=True,
        **flags,
    )
    assert code == 0, errors
    return [json.loads(line) for line in output.read_text().splitlines()]


def test_lines_get_the_models_labels_in_their_order(predictor, runs, tokenizer):
    texts = ["good film .", "", "bad " * 40, "a b c", "good"]
    model = make_model("classification", TASKS["classification"])
    features = text.SegmentPacker(16, tokenizer)(tokenizer(tf.constant(texts)))
    shares = tf.nn.softmax(model(features, training=False)).numpy()
    for batch_size in (2, 32):
        rows = predicted(
            predictor,
            runs / "classification",
            texts,
            predict_batch_size=batch_size,
        )
        assert [row["text"] for row in rows] == texts
        np.testing.assert_allclose(
            [row["probabilities"] for row in rows], shares, atol=1e-5
        )
        labels = [["no", "yes"][i] for i in shares.argmax(-1)]
        assert [row["label"] for row in rows] == labels
    assert np.ptp(shares[:, 0]) > 0.01


def test_objects_keep_their_own_fields(predictor, runs):
    records = [
        {"id": 7, "text": "good film", "text_pair": "bad film"},
        {"id": 8, "text": "", "text_pair": "日本\n👍🏽"},
    ]
    lines = map(json.dumps, records)
    rows = predicted(predictor, runs / "pairs", lines, "in.jsonl.gz")
    assert [{k: row[k] for k in records[0]} for row in rows] == records
    assert all(row["label"] in ("no", "yes") for row in rows)


def test_final_blank_lines_are_no_texts(predictor, runs):
    """As in the readers of tasks, whose predictions are compared."""
    lines = ["good", "", "bad", "", " ", ""]
    rows = predicted(predictor, runs / "classification", lines)
    assert [row["text"] for row in rows] == ["good", "", "bad"]
    lines = ['{"text": "a"}', "", '{"text": "b"}', ""]
    for name in ("in.jsonl", "in.JSONL", "in.ndjson", "in.json"):
        rows = predicted(predictor, runs / "classification", lines, name)
        assert [row["text"] for row in rows] == ["a", "b"]


def test_a_regression_gives_a_number(predictor, runs):
    rows = predicted(predictor, runs / "regression", ["good", "bad"])
    assert rows[0]["score"] != rows[1]["score"]


def test_a_taggers_entities_are_a_list(predictor, runs):
    texts = ["a good b film c", "", "good . good . good"]
    rows = predicted(predictor, runs / "tagging", texts)
    assert [row["text"] for row in rows] == texts
    entities = [x for row in rows for x in row["entities"]]
    assert rows[1]["entities"] == [] and entities
    for row in rows:
        for entity in row["entities"]:
            span = row["text"][entity["start"] : entity["end"]]
            assert entity["text"] == span
            assert entity["kind"] == "x" and 0 < entity["score"] <= 1


def test_a_reader_cites_its_context_or_refuses(predictor, runs):
    contexts = ["good  film. bad e\u0301 film " * 3, "", "a b c"]
    lines = [json.dumps({"question": "when?", "context": x}) for x in contexts]
    rows = predicted(predictor, runs / "squad", lines)
    for row in rows:
        if row["start"] == -1:
            assert row["answer"] == ""
        else:
            assert row["answer"] == row["context"][row["start"] : row["end"]]
            assert row["null_odds"] <= -1.25
    assert rows[1]["answer"] == ""


def test_a_reader_refuses_from_the_best_threshold_on(exporter, runs, tmp_path):
    card = (runs / "squad" / "export" / "README.md").read_text()
    assert "- null_score_diff_threshold: -1.25\n" in card
    exporter.run(
        model_dir=runs / "squad",
        model_export_path=tmp_path / "export",
        null_score_diff_threshold=2.5,
    )
    card = (tmp_path / "export" / "README.md").read_text()
    assert "- null_score_diff_threshold: 2.5\n" in card


def test_the_card_holds_settings_seed_and_scores(runs):
    card = (runs / "classification" / "export" / "README.md").read_text()
    for line in ("SEED = 7", "## Seeds\n\n7", "- f1: 0.5", "- 1: yes"):
        assert f"{line}\n" in card


FORMATS = ["saved_model", "onnx", "litert"]
EXAMPLES = {
    "classification": "sentence\tlabel\ngood\tyes\nbad film\tno\na b\tyes\n",
    "regression": "sentence\tlabel\ngood\t0.5\nbad film\t-1\na b\t2\n",
    "tagging": "good B-x\nfilm I-x\n. O\n\nbad O\na B-x\n\n",
    "squad": json.dumps(
        {
            "data": [
                {
                    "paragraphs": [
                        {
                            "context": "a good film .",
                            "qas": [
                                {
                                    "id": str(i),
                                    "question": "when ?",
                                    "answers": [
                                        {"text": answer, "answer_start": i}
                                    ],
                                }
                                for i, answer in ((0, "a"), (2, "good film"))
                            ],
                        }
                    ]
                }
            ]
        }
    ),
}


def artefact_scores(card):
    """The scores that a card has of its artefact."""
    _, section = card.split("## Scores of this artefact\n\n")
    section, *_ = section.split("\n\n")
    if not section.startswith("- "):
        return section
    lines = [line.removeprefix("- ") for line in section.splitlines()]
    return dict(line.split(": ") for line in lines)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_card_holds_the_scores_of_the_artefact(
    exporter, predictor, runs, tmp_path, name, kind
):
    file = tmp_path / ("eval.json" if name == "squad" else "eval.tsv")
    file.write_text(EXAMPLES[name])
    columns = {"text_columns": "sentence"}
    code, errors = exporter.run(
        model_dir=runs / name,
        model_export_path=tmp_path / "export",
        format=kind,
        eval_file=file,
        **(columns if name in ("classification", "regression") else {}),
        **({"splits_punctuation": False} if name == "tagging" else {}),
    )
    assert code == 0, errors
    scores = artefact_scores((tmp_path / "export" / "README.md").read_text())
    texts = ["good", "bad film", "a b"]
    if name == "classification":
        rows = predicted(predictor, tmp_path, texts)
        right = [
            row["label"] == label
            for row, label in zip(rows, ["yes", "no", "yes"], strict=True)
        ]
        assert scores == {"accuracy": str(np.mean(right)), "examples": "3"}
    elif name == "regression":
        rows = predicted(predictor, tmp_path, texts)
        wanted = np.corrcoef([row["score"] for row in rows], [0.5, -1, 2])
        assert float(scores["pearson"]) == pytest.approx(wanted[0, 1])
        assert scores["examples"] == "3"
    elif name == "tagging":
        rows = predicted(predictor, tmp_path, ["good film .", "bad a"])
        found = [
            {(x["kind"], x["start"], x["end"]) for x in row["entities"]}
            for row in rows
        ]
        right = len(found[0] & {("x", 0, 9)}) + len(found[1] & {("x", 4, 5)})
        assert float(scores["recall"]) == right / 2
        assert scores["examples"] == "2"
    else:
        questions = [{"question": "when ?", "context": "a good film ."}]
        (row,) = predicted(predictor, tmp_path, map(json.dumps, questions))
        exact = 50.0 * (row["answer"] in ("a", "good film"))
        assert float(scores["exact"]) == exact
        assert scores["examples"] == "2"


def test_a_card_without_examples_says_so(runs):
    card = (runs / "classification" / "export" / "README.md").read_text()
    assert artefact_scores(card) == "Not measured."


def test_examples_that_do_not_fit_leave_no_artefact(exporter, runs, tmp_path):
    file = tmp_path / "eval.tsv"
    file.write_text("sentence\tlabel\ngood\tmaybe\n")
    flags = {
        "model_dir": runs / "classification",
        "model_export_path": tmp_path / "export",
    }
    for more, said in (
        ({"eval_file": file, "text_columns": "sentence"}, "maybe"),
        ({"eval_file": file}, "--text_columns"),
        ({"eval_file": tmp_path / "absent"}, "absent"),
        ({"text_columns": "sentence"}, "without --eval_file"),
    ):
        code, errors = exporter.run(**flags, **more)
        assert (code, said in errors) == (1, True), errors
        assert not (tmp_path / "export").exists()


def test_an_encoder_gives_vectors(exporter, predictor, tokenizer, tmp_path):
    encoder = make_model("squad", {}).network
    encoder.save_to_preset(tmp_path / "encoder")
    tokenizer.save_to_preset(tmp_path / "encoder")
    code, errors = exporter.run(
        init_checkpoint=tmp_path / "encoder",
        model_export_path=tmp_path / "export",
        max_seq_length=16,
        pooling="first",
        normalize=True,
    )
    assert code == 0, errors
    (row,) = predicted(predictor, tmp_path, ["good film"])
    features = text.SegmentPacker(16, tokenizer)(
        tokenizer(tf.constant(["good film"]))
    )
    wanted = encoder(features, training=False)["sequence_output"][0, 0].numpy()
    wanted /= np.linalg.norm(wanted)
    np.testing.assert_allclose(row["embedding"], wanted, atol=1e-5)


def test_an_encoders_folder_decides_about_case(exporter, predictor, tmp_path):
    tokenizer = text.BertTokenizer([*VOCABULARY, "Good"], lower_case=False)
    encoder = networks.TransformerEncoder(
        tokenizer.vocab_size, 8, 1, 2, 8, intermediate_size=8
    )
    encoder.save_to_preset(tmp_path / "run" / "encoder")
    tokenizer.save_to_preset(tmp_path / "run" / "encoder")
    for flags, differ in (({}, True), ({"do_lower_case": True}, False)):
        code, errors = exporter.run(
            init_checkpoint=tmp_path / "run",
            model_export_path=tmp_path / "export",
            max_seq_length=8,
            overwrite=True,
            **flags,
        )
        assert code == 0, errors
        good, capital = predicted(predictor, tmp_path, ["good", "Good"])
        assert (good["embedding"] != capital["embedding"]) == differ


@pytest.mark.slow  # Starts processes.
def test_standard_input_and_output_serve_a_pipe(runs):
    result = subprocess.run(
        [
            *(sys.executable, "-m", "official_runs.predict"),
            f"--model_export_path={runs / 'classification' / 'export'}",
        ],
        input=b"good film\nbad film\n\xff\n",
        capture_output=True,
    )
    assert result.returncode == 1
    assert b"Received: file='-', line=3." in result.stderr
    result = subprocess.run(
        result.args, input=b"good film\n", capture_output=True, check=True
    )
    assert json.loads(result.stdout)["label"] in ("no", "yes")
    assert result.stderr == b""


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        ("squad", '{"question": "a"}', "with strings ['context', 'question']"),
        ("squad", "not JSON", "line=1"),
        ("pairs", '{"text": "a", "text_pair": 3}', "line=1"),
        ("pairs", "[" * 200_000, "nested this deep"),
        ("pairs", '{"text": "a", "text_pair": "\\ud800"}', "lone surrogate"),
        ("pairs", '{"id": "\\udfff", "text": "a", "text_pair": ""}', "line=1"),
        ("pairs", '["a", "b"]', "got `array`"),
        ("classification", "", "must not be empty"),
    ],
)
def test_bad_input_ends_with_one_line(
    predictor, runs, tmp_path, kind, content, message
):
    (tmp_path / "in.txt").write_text(content)
    code, errors = predictor.run(
        model_export_path=runs / kind / "export",
        input_file=tmp_path / "in.txt",
        output_file=tmp_path / "out.jsonl",
    )
    assert code == 1
    assert message in errors
    assert errors.strip().count("\n") == 0
    assert not (tmp_path / "out.jsonl").exists()


def test_what_cannot_be_exported_is_named(exporter, predictor, runs, tmp_path):
    export = {"model_export_path": tmp_path / "export"}
    code, errors = exporter.run(**export)
    assert (code, "--model_dir and --init_checkpoint" in errors) == (1, True)
    code, errors = exporter.run(model_dir=tmp_path, **export)
    assert (code, str(tmp_path) in errors) == (1, True)
    code, errors = exporter.run(init_checkpoint=tmp_path, **export)
    assert (code, "config.json" in errors) == (1, True)
    for flags in (
        {"model_dir": tmp_path, "do_lower_case": True},
        {"model_dir": tmp_path, "pooling": "first"},
        {"init_checkpoint": tmp_path, "splits_punctuation": False},
    ):
        code, errors = exporter.run(**flags, **export)
        assert (code, "has no meaning with" in errors) == (1, True)
    folder = runs / "classification"
    code, errors = exporter.run(
        model_dir=folder, model_export_path=folder / "export"
    )
    assert (code, "which exists" in errors) == (1, True)
    code, errors = predictor.run(model_export_path=tmp_path)
    assert (code, "export_model" in errors) == (1, True)


def test_labels_that_do_not_fit_the_head_are_named(exporter, runs, tmp_path):
    file = runs / "classification" / "model" / "task.json"
    task = json.loads(file.read_text())
    try:
        file.write_text(json.dumps({**task, "labels": ["a", "b", "c"]}))
        code, errors = exporter.run(
            model_dir=runs / "classification",
            model_export_path=tmp_path / "export",
        )
    finally:
        file.write_text(json.dumps(task))
    assert (code, "2 scores, labels=['a', 'b', 'c']" in errors) == (1, True)
