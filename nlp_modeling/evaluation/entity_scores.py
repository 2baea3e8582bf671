"""Scores predicted tags by the entities that they mark."""

from collections.abc import Iterable, Sequence, Set

from nlp_modeling import data


def entity_scores(
    tags: Iterable[Sequence[str]], predictions: Iterable[Sequence[str]]
) -> dict[str, float]:
    """Scores predicted tags by the entities that they mark.

    An entity is found if its kind, first word and last word are right. Every
    entity has the same weight (the micro average), as in CoNLL's scorer and in
    seqeval.

    Reference:
        CoNLL-2003, section 2.4: https://aclanthology.org/W03-0419

    Args:
        tags: The true tags of each sentence, a tag for each word.
        predictions: The predicted tags.

    Returns:
        `precision`, `recall` and `f1`, fractions of 1. A fraction with the
        denominator 0 is 0.

    Raises:
        ValueError: If the numbers of sentences or of their words differ.
    """
    true, found = [], []
    pairs = zip(tags, predictions, strict=True)
    for number, (sentence, predicted) in enumerate(pairs):
        if len(sentence) != len(predicted):
            raise ValueError(
                "Every word must have a tag. Received: "
                f"{len(predicted)} tags for {len(sentence)} words in sentence "
                f"{number}."
            )
        true.append(set(data.tag_entities(sentence)))
        found.append(set(data.tag_entities(predicted)))
    return entity_set_scores(true, found)


def entity_set_scores(
    true: Sequence[Set], found: Sequence[Set]
) -> dict[str, float]:
    """Scores the entities that were found in each text, as `entity_scores`.

    Args:
        true: The entities of each text, in any form that compares equal.
        found: The entities that were found, in the same form.

    Raises:
        ValueError: If the numbers of texts differ.
    """
    num_true, num_predicted = sum(map(len, true)), sum(map(len, found))
    num_found = sum(len(a & b) for a, b in zip(true, found, strict=True))
    return {
        "precision": num_found / max(num_predicted, 1),
        "recall": num_found / max(num_true, 1),
        "f1": 2 * num_found / max(num_true + num_predicted, 1),
    }
