"""entity_scores are seqeval's.

Runs where seqeval is installed; tf-models-official brings it.
"""

import random

import pytest

from nlp_modeling import data, evaluation

seqeval = pytest.importorskip("seqeval.metrics")

KINDS = ("PER", "LOC", "creative-work")
TAGS = ("O", *(f"{place}-{kind}" for place in "BIES" for kind in KINDS))


def test_any_sequence_of_tags_is_read_alike():
    draw = random.Random(0)
    sentences = [draw.choices(TAGS, k=draw.randrange(12)) for _ in range(2000)]
    for tags in sentences:
        expected = seqeval.sequence_labeling.get_entities(tags)
        assert data.tag_entities(tags) == expected


def test_scores_are_equal():
    draw = random.Random(1)
    tags = [draw.choices(TAGS, k=8) for _ in range(500)]
    predictions = [
        [t if draw.random() < 0.8 else draw.choice(TAGS) for t in sentence]
        for sentence in tags
    ]
    assert evaluation.entity_scores(tags, predictions) == pytest.approx(
        {
            "precision": seqeval.precision_score(tags, predictions),
            "recall": seqeval.recall_score(tags, predictions),
            "f1": seqeval.f1_score(tags, predictions),
        },
        rel=1e-12,
    )
