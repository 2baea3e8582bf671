"""run_squad takes questions to a measured reader, or ends in one line."""

import json

import numpy as np
import pytest

from nlp_modeling import data, evaluation, models, text
from tests.official_runs import tiny_finetuning
from tests.official_runs.program.running_program import RunningProgram


@pytest.fixture(scope="module")
def program():
    with RunningProgram("official_runs.run_squad") as running:
        yield running


@pytest.fixture(scope="module")
def flags(tmp_path_factory):
    folder = tmp_path_factory.mktemp("squad")
    tiny_finetuning.write_questions(folder)
    tiny_finetuning.write_questions(folder, "2.0")
    return {
        **tiny_finetuning.write_common(folder),
        "input_data_dir": folder,
        "max_query_length": 4,
        "doc_stride": 8,
        "num_train_epochs": 6,
    }


@pytest.fixture(scope="module")
def finished(program, flags, tmp_path_factory):
    model_dir = tmp_path_factory.mktemp("run")
    code, log = program.run(**flags, model_dir=model_dir)
    assert code == 0, log
    return model_dir


@pytest.fixture(scope="module")
def finished_v2(program, flags, tmp_path_factory):
    model_dir = tmp_path_factory.mktemp("run_v2")
    code, log = program.run(
        **flags, version_2_with_negative=True, model_dir=model_dir
    )
    assert code == 0, log
    return model_dir


def read(path):
    return json.loads(path.read_text())


def scores(model_dir):
    return {k: v["mean"] for k, v in read(model_dir / "scores.json").items()}


def test_answers_are_learned_from_the_files(finished):
    assert scores(finished)["exact_match"] > 80


def test_scores_are_those_of_the_predictions_file(finished, flags):
    questions = data.read_squad(str(flags["input_data_dir"] / "dev-v1.1.json"))
    expected = evaluation.squad_v1_1_scores(
        questions, read(finished / "predictions.json")
    )
    assert scores(finished) == pytest.approx(expected)


def test_a_prediction_is_the_best_span_of_the_kept_model(finished, flags):
    """By hand, for contexts of one window: the best pair of word pieces."""
    model = models.BertSpanLabeler.from_preset(finished / "model")
    tokenizer = text.BertTokenizer.from_preset(finished / "model")
    packer = text.SegmentPacker(24, tokenizer)
    predictions = read(finished / "predictions.json")
    checked = 0
    questions = data.read_squad(str(flags["input_data_dir"] / "dev-v1.1.json"))
    for question in questions:
        words = question.context.split()
        if len(words) > 19:
            continue
        batch = [[question.text], [question.context]]
        start, end = model(packer([tokenizer(x) for x in batch]))
        # [CLS] what ? [SEP] stand before the context.
        pairs = start[0, 4:, None] + end[0, None, 4:]
        pairs = np.triu(pairs[: len(words), : len(words)])
        pairs[np.tril_indices(len(words), -1)] = -np.inf
        first, last = np.unravel_index(pairs.argmax(), pairs.shape)
        assert predictions[question.id] == " ".join(words[first : last + 1])
        checked += 1
    assert checked > 10


def test_ranked_answers_are_written(finished):
    ranked = read(finished / "nbest_predictions.json")
    predictions = read(finished / "predictions.json")
    assert ranked.keys() == predictions.keys()
    for id, candidates in ranked.items():
        assert candidates[0]["text"] == predictions[id]
        total = sum(candidate["probability"] for candidate in candidates)
        assert total == pytest.approx(1)
    assert not (finished / "null_odds.json").exists()


def test_questions_without_an_answer_are_told_apart(finished_v2):
    found = scores(finished_v2)
    assert found["best_f1"] > 70
    assert found["HasAns_total"] == found["NoAns_total"] == 15
    odds = read(finished_v2 / "null_odds.json")
    for id, prediction in read(finished_v2 / "predictions.json").items():
        assert (prediction == "") == (odds[id] > 0)


def test_the_threshold_that_is_reported_gives_the_best_f1(
    program, flags, finished_v2
):
    before = scores(finished_v2)
    code, log = program.run(
        **flags,
        version_2_with_negative=True,
        null_score_diff_threshold=before["best_f1_thresh"],
        mode="eval",
        model_dir=finished_v2,
    )
    assert code == 0, log
    assert scores(finished_v2)["f1"] == pytest.approx(before["best_f1"])


def test_questions_without_answers_are_answered(
    program, flags, finished, tmp_path
):
    root = read(flags["input_data_dir"] / "dev-v1.1.json")
    for paragraph in root["data"][0]["paragraphs"]:
        del paragraph["qas"][0]["answers"]
    (tmp_path / "questions.json").write_text(json.dumps(root))
    expected = read(finished / "predictions.json")
    (finished / "predictions.json").unlink()
    code, log = program.run(
        **flags,
        mode="predict",
        predict_file=tmp_path / "questions.json",
        model_dir=finished,
    )
    assert code == 0, log
    assert read(finished / "predictions.json") == expected


@pytest.mark.slow  # Looks through all that is installed.
def test_the_built_in_task_needs_no_file(program, tmp_path):
    code, log = program.run(
        task="library_docs_qa",
        gin_param="write_library_docs.max_bytes = 1_000_000",
        num_train_steps=2,
        model_dir=tmp_path,
    )
    assert code == 0, log
    assert 0 <= scores(tmp_path)["f1"] < 100


def test_settings_of_squad_v2_are_those_of_the_flag(
    program, flags, finished_v2, tmp_path
):
    # Of two files, the later counts.
    both = tmp_path / "both.gin"
    both.write_text(
        "include 'runs/squad_v2.gin'\n" + flags["gin_file"].read_text()
    )
    code, log = program.run(
        **{**flags, "gin_file": both, "num_train_steps": 1},
        model_dir=tmp_path / "run",
    )
    assert code == 0, log
    assert "best_f1_thresh" in scores(tmp_path / "run")


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"train_file": "nowhere.json"}, "nowhere.json"),
        ({"input_data_dir": "nowhere"}, "--input_data_dir=nowhere"),
        ({"max_query_length": 23}, "max_query_length"),
        ({"doc_stride": 0}, "doc_stride"),
        ({"n_best_size": 0, "num_train_steps": 1}, "n_best_size"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_bad_use_ends_in_one_line(program, flags, tmp_path, wrong, said):
    code, log = program.run(**{**flags, **wrong}, model_dir=tmp_path / "run")
    assert code == 1
    assert said in log
    assert log.strip().splitlines()[-1].startswith("Error: ")


def test_an_answer_that_is_not_in_its_context_is_named(
    program, flags, tmp_path
):
    root = read(flags["input_data_dir"] / "train-v1.1.json")
    qa = root["data"][0]["paragraphs"][3]["qas"][0]
    qa["answers"][0]["text"] = "elsewhere"
    (tmp_path / "train.json").write_text(json.dumps(root))
    code, log = program.run(
        **flags, train_file=tmp_path / "train.json", model_dir=tmp_path / "run"
    )
    assert code == 1
    assert "data[0].paragraphs[3]" in log
    assert "elsewhere" in log
