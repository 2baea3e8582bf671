"""entity_scores count whole entities, as CoNLL's scorer does."""

import pytest

from nlp_modeling import data, evaluation


@pytest.mark.parametrize(
    ("tags", "entities"),
    [
        ("O O", []),
        ("B-PER I-PER O B-LOC", [("PER", 0, 1), ("LOC", 3, 3)]),
        ("B-PER B-PER", [("PER", 0, 0), ("PER", 1, 1)]),
        # What no tagger should say, and every one does.
        ("O I-PER I-PER", [("PER", 1, 2)]),
        ("B-PER I-LOC", [("PER", 0, 0), ("LOC", 1, 1)]),
        # Ends and singles.
        (
            "B-PER E-PER S-PER I-PER",
            [("PER", 0, 1), ("PER", 2, 2), ("PER", 3, 3)],
        ),
        # BILOU's last and unit, BMES's middle, BMEW's whole.
        ("U-PER B-PER I-PER L-PER", [("PER", 0, 0), ("PER", 1, 3)]),
        ("B-PER M-PER E-PER W-LOC", [("PER", 0, 2), ("LOC", 3, 3)]),
        ("L-PER L-PER", [("PER", 0, 0), ("PER", 1, 1)]),
        ("-LRB- U X", [("-LRB-", 0, 0), ("U", 1, 1), ("X", 2, 2)]),
        ("B-creative-work I-creative-work", [("creative-work", 0, 1)]),
        # Tags without a place are words of a kind.
        ("NOUN NOUN VERB", [("NOUN", 0, 0), ("NOUN", 1, 1), ("VERB", 2, 2)]),
    ],
)
def test_tags_spell_entities(tags, entities):
    assert data.tag_entities(tags.split()) == entities


def test_an_entity_counts_where_all_of_it_is_right():
    scores = evaluation.entity_scores(
        [["B-PER", "I-PER", "O", "B-LOC"], ["B-LOC"]],
        [["B-PER", "O", "O", "B-LOC"], ["B-PER"]],
    )
    # One of three is found, by three guesses.
    assert scores == {"precision": 1 / 3, "recall": 1 / 3, "f1": 1 / 3}


def test_precision_and_recall_are_not_each_other():
    scores = evaluation.entity_scores(
        [["B-A", "B-A", "B-A", "O"]], [["B-A", "O", "O", "O"]]
    )
    assert scores == {"precision": 1, "recall": 1 / 3, "f1": 0.5}


def test_sentences_without_entities_score_0():
    assert evaluation.entity_scores([["O"]], [["O"]])["f1"] == 0


def test_missing_tags_are_named():
    with pytest.raises(ValueError, match="1 tags for 2 words in sentence 0"):
        evaluation.entity_scores([["O", "O"]], [["O"]])


def test_two_schemes_of_the_same_entities_score_alike():
    bioes = ["B-PER", "I-PER", "E-PER", "O", "S-LOC"]
    bilou = ["B-PER", "I-PER", "L-PER", "O", "U-LOC"]
    scores = evaluation.entity_scores([bioes], [bilou])
    assert scores == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
