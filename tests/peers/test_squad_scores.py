"""Answers of published systems score as Model Garden's scorers say.

Runs where tf-models-official is installed (extra `garden`).
"""

import gzip
import json

import numpy as np
import pytest

from nlp_modeling import data, evaluation

v1_1 = pytest.importorskip("official.nlp.tools.squad_evaluate_v1_1")
v2_0 = pytest.importorskip("official.nlp.tools.squad_evaluate_v2_0")


def load(path):
    with gzip.open(path) as file:
        return json.load(file)


def test_squad_v1_1_scores_are_the_peers_to_the_last_digit(data_folder):
    folder = data_folder / "squad"
    predictions = load(folder / "predictions-v1.1-bert-ensemble.json.gz")
    questions = data.read_squad(str(folder / "dev-v1.1.json.gz"))
    ours = evaluation.squad_v1_1_scores(questions, predictions)
    theirs = v1_1.evaluate(
        load(folder / "dev-v1.1.json.gz")["data"], predictions
    )
    # The peer gives fractions where the official script gives percent.
    assert ours["exact_match"] / 100 == theirs["exact_match"]
    assert ours["f1"] / 100 == theirs["final_f1"]
    # What was published of this system.
    assert round(ours["exact_match"], 4) == 86.2062
    assert round(ours["f1"], 4) == 92.1956


def test_squad_v2_0_scores_are_the_peers_to_the_last_digit(data_folder):
    folder = data_folder / "squad"
    predictions = load(folder / "predictions-v2.0-bert-single.json.gz")
    questions = list(data.read_squad(str(folder / "dev-v2.0.json.gz"), True))
    ours = evaluation.squad_v2_0_scores(questions, predictions)
    dataset = load(folder / "dev-v2.0.json.gz")["data"]
    theirs = v2_0.evaluate(dataset, predictions)
    assert ours == {name: theirs[name] for name in ours}
    assert round(ours["exact"], 2) == 78.74
    assert round(ours["f1"], 2) == 81.78
    assert {"HasAns_exact", "NoAns_f1", "HasAns_total"} <= set(ours)

    # Odds that know something, with ties, as no published file has any.
    random = np.random.default_rng(0)
    odds = {
        q.id: round(random.normal() - 2.0 * bool(q.answers), 1)
        for q in questions
    }
    found = evaluation.squad_null_thresholds(questions, predictions, odds)
    theirs = v2_0.evaluate(dataset, predictions, odds)
    for name in ("exact", "f1"):
        assert found[f"best_{name}"] == theirs[f"final_{name}"]
        assert found[f"best_{name}_thresh"] == theirs[f"final_{name}_thresh"]
    assert found["best_exact"] > ours["NoAns_total"] / ours["total"] * 100
