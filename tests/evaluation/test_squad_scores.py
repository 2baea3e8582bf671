"""SQuAD's scores follow the official definition."""

import gzip
import json

import pytest

from nlp_modeling import data, evaluation


def question(id, *answers):
    return data.SquadQuestion(
        id, "?", "", tuple(data.Answer(answer, 0) for answer in answers)
    )


@pytest.mark.parametrize(
    ("prediction", "exact", "f1"),
    [
        ("The Eiffel-Tower!", 100, 100),
        ("the  EiffelTower", 100, 100),
        ("Tower", 0, 0),
        # 1 of 2 words, of 1 right one: precision 1/2, recall 1.
        ("eiffeltower Paris", 0, 100 * 2 / 3),
        ("", 0, 0),
    ],
)
def test_case_punctuation_articles_and_spaces_do_not_count(
    prediction, exact, f1
):
    scores = evaluation.squad_v1_1_scores(
        [question("q", "Eiffel-Tower")], {"q": prediction}
    )
    assert scores == {"exact_match": exact, "f1": pytest.approx(f1)}


def test_the_nearest_right_answer_counts():
    questions = [question("q", "in 1895", "1895")]
    scores = evaluation.squad_v1_1_scores(questions, {"q": "1895"})
    assert scores == {"exact_match": 100, "f1": 100}


def test_an_unanswered_question_of_1_1_scores_0():
    questions = [question("a", "x"), question("b", "y")]
    scores = evaluation.squad_v1_1_scores(questions, {"a": "x"})
    assert scores == {"exact_match": 50, "f1": 50}


def test_2_0_scores_refusals_and_tells_both_kinds_apart():
    questions = [question("a", "x"), question("b", "y z"), question("c")]
    scores = evaluation.squad_v2_0_scores(
        questions, {"a": "x", "b": "y", "c": "x"}
    )
    assert scores == {
        "exact": pytest.approx(100 / 3),
        "f1": pytest.approx(100 * (1 + 2 / 3) / 3),
        "total": 3,
        "HasAns_exact": 50,
        "HasAns_f1": pytest.approx(100 * (1 + 2 / 3) / 2),
        "HasAns_total": 2,
        "NoAns_exact": 0,
        "NoAns_f1": 0,
        "NoAns_total": 1,
    }
    refusals = evaluation.squad_v2_0_scores(questions, dict.fromkeys("abc", ""))
    assert refusals["exact"] == pytest.approx(100 / 3)
    assert refusals["NoAns_f1"] == 100


def test_the_best_threshold_answers_what_it_gains_by():
    questions = [question("a", "x"), question("b"), question("c", "y")]
    answers = {"a": "x", "b": "z", "c": "y"}
    found = evaluation.squad_null_thresholds(
        questions, answers, {"a": -3.0, "b": 1.0, "c": -1.5}
    )
    # At -1.5 both that have answers are answered, and b is not.
    assert found == {
        "best_exact": 100,
        "best_exact_thresh": -1.5,
        "best_f1": 100,
        "best_f1_thresh": -1.5,
    }


def test_missing_answers_and_odds_are_named():
    questions = [question("a", "x"), question("b", "x")]
    with pytest.raises(ValueError, match=r"1 without: \['b'\]"):
        evaluation.squad_v2_0_scores(questions, {"a": "x"})
    with pytest.raises(ValueError, match=r"none for \['b'\]"):
        evaluation.squad_null_thresholds(
            questions, {"a": "x", "b": ""}, {"a": 0.0}
        )
    with pytest.raises(ValueError, match="id='c'"):
        evaluation.squad_v1_1_scores([question("c")], {})
    for score in (evaluation.squad_v1_1_scores, evaluation.squad_v2_0_scores):
        with pytest.raises(ValueError, match="must be questions"):
            score([], {})


@pytest.mark.parametrize(
    ("version_2", "dev", "system", "exact", "f1"),
    [
        (False, "dev-v1.1", "v1.1-bert-ensemble", 86.2062, 92.1956),
        (True, "dev-v2.0", "v2.0-bert-single", 78.7417, 81.7753),
    ],
)
def test_published_answers_get_their_published_scores(
    data_folder, version_2, dev, system, exact, f1
):
    folder = data_folder / "squad"
    with gzip.open(folder / f"predictions-{system}.json.gz") as file:
        predictions = json.load(file)
    questions = data.read_squad(str(folder / f"{dev}.json.gz"), version_2)
    if version_2:
        scores = evaluation.squad_v2_0_scores(questions, predictions)
        found = scores["exact"], scores["f1"]
    else:
        scores = evaluation.squad_v1_1_scores(questions, predictions)
        found = scores["exact_match"], scores["f1"]
    assert found == pytest.approx((exact, f1), abs=5e-5)
