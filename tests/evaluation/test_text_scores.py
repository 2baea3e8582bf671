"""text_scores are GLUE's metrics."""

import numpy as np
import pytest

from nlp_modeling import data, evaluation

# True positives 2, false positives 1, false negatives 1, true negatives 4.
LABELS = [1, 1, 1, 0, 0, 0, 0, 0]
PREDICTIONS = [1, 1, 0, 1, 0, 0, 0, 0]


def test_classes_score_as_worked_out_by_hand():
    metrics = ["accuracy", "f1", "matthews_correlation"]
    assert evaluation.text_scores(metrics, LABELS, PREDICTIONS) == {
        "accuracy": 6 / 8,
        "f1": pytest.approx(2 * 2 / (2 * 2 + 1 + 1)),
        "matthews_correlation": pytest.approx(
            (2 * 4 - 1 * 1) / np.sqrt(3 * 3 * 5 * 5)
        ),
    }


def test_pearson_sees_values_and_spearman_their_order():
    labels, predictions = [0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 2.0, 30.0]
    scores = evaluation.text_scores(
        ["pearson", "spearman"], labels, predictions
    )
    assert scores["spearman"] == pytest.approx(1)
    assert scores["pearson"] == pytest.approx(
        np.corrcoef(labels, predictions)[0, 1]
    )


def test_spearman_gives_ties_the_mean_of_their_ranks():
    scores = evaluation.text_scores(["spearman"], [1, 2, 2, 4], [1, 2, 3, 4])
    assert scores["spearman"] == pytest.approx(
        np.corrcoef([1, 2.5, 2.5, 4], [1, 2, 3, 4])[0, 1]
    )


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", list(evaluation.TEXT_METRICS))
def test_predictions_that_are_all_alike_score_without_a_warning(name):
    scores = evaluation.text_scores([name], [0, 1, 1], [0, 0, 0])
    assert scores[name] == (pytest.approx(1 / 3) if name == "accuracy" else 0)


def test_every_task_of_the_table_can_be_scored():
    for task in data.TEXT_TASKS.values():
        scores = evaluation.text_scores(task.metrics, LABELS, LABELS)
        assert scores == pytest.approx(dict.fromkeys(task.metrics, 1))


def test_what_cannot_be_scored_is_named():
    with pytest.raises(ValueError, match="recall"):
        evaluation.text_scores(["recall"], [0], [0])
    with pytest.raises(ValueError, match=r"len\(predictions\)=1"):
        evaluation.text_scores(["accuracy"], [0, 1], [0])
    with pytest.raises(ValueError, match="and some"):
        evaluation.text_scores(["accuracy"], [], [])
