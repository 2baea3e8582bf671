"""Scores answers as SQuAD 1.1's official scorer does."""

from collections.abc import Iterable, Mapping

from nlp_modeling import data
from nlp_modeling.evaluation.answer_scores import answer_scores


def squad_v1_1_scores(
    questions: Iterable[data.SquadQuestion], predictions: Mapping[str, str]
) -> dict[str, float]:
    """Scores answers as SQuAD 1.1's official scorer does.

    Reference:
        SQuAD: https://arxiv.org/abs/1606.05250

    Args:
        questions: Questions with their right answers.
        predictions: Maps the ids of questions to answers. A question without an
            answer scores 0.

    Returns:
        `exact_match` and `f1`, in percent.

    Raises:
        ValueError: If there is no question, or one has no right answer.
    """
    total, exact, f1 = 0, 0, 0.0
    for question in questions:
        if not question.answers:
            raise ValueError(
                "A question of SQuAD 1.1 must have an answer. Received: "
                f"id={question.id!r}."
            )
        total += 1
        if question.id in predictions:
            scores = answer_scores(
                predictions[question.id],
                [answer.text for answer in question.answers],
            )
            exact, f1 = exact + scores[0], f1 + scores[1]
    if not total:
        raise ValueError("There must be questions. Received: none.")
    return {"exact_match": 100.0 * exact / total, "f1": 100.0 * f1 / total}
