"""Scores predicted tags by the entities that they mark."""

from collections.abc import Iterable, Sequence

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
    num_true = num_predicted = num_found = 0
    pairs = zip(tags, predictions, strict=True)
    for number, (sentence, predicted) in enumerate(pairs):
        if len(sentence) != len(predicted):
            raise ValueError(
                "Every word must have a tag. Received: "
                f"{len(predicted)} tags for {len(sentence)} words in sentence "
                f"{number}."
            )
        true = set(data.tag_entities(sentence))
        found = set(data.tag_entities(predicted))
        num_true += len(true)
        num_predicted += len(found)
        num_found += len(true & found)
    return {
        "precision": num_found / max(num_predicted, 1),
        "recall": num_found / max(num_true, 1),
        "f1": 2 * num_found / max(num_true + num_predicted, 1),
    }
