"""Scores predicted tags by the entities that they spell."""

from collections.abc import Iterable, Sequence

from nlp_modeling import data


def entity_scores(
    tags: Iterable[Sequence[str]], predictions: Iterable[Sequence[str]]
) -> dict[str, float]:
    """Scores the tags of sentences by the entities that they spell.

    An entity counts as found where kind, first and last word are all right.
    Every entity has the same weight (the micro average), as in CoNLL's own
    scorer and seqeval.

    Reference:
        CoNLL-2003, section 2.4: https://aclanthology.org/W03-0419

    Args:
        tags: Of each sentence, a tag for each word.
        predictions: The same, predicted.

    Returns:
        `precision`, `recall` and `f1`, fractions of 1; 0 where nothing can be
        divided.

    Raises:
        ValueError: If sentences or their words differ in number.
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
