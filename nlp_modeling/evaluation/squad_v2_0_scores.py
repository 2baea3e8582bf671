"""Scores answers as SQuAD 2.0's official scorer does."""

from collections.abc import Iterable, Mapping, Sequence

from nlp_modeling import data
from nlp_modeling.evaluation.answer_scores import (
    answer_scores,
    normalized_words,
)

# Shapes: N questions.


def squad_v2_0_scores(
    questions: Iterable[data.SquadQuestion], predictions: Mapping[str, str]
) -> dict[str, float]:
    """Scores answers as SQuAD 2.0's official scorer does.

    Reference:
        SQuAD 2.0: https://arxiv.org/abs/1806.03822

    Args:
        questions: Questions with their right answers, if they have any.
        predictions: Maps the id of each question to an answer, "" for none.

    Returns:
        `exact` and `f1`, in percent, and `total`, the number of questions. The
        same for questions with an answer (`HasAns_exact` ...) and without one
        (`NoAns_exact` ...), if there are any.

    Raises:
        ValueError: If there is no question, or one has no prediction.
    """
    questions = list(questions)
    exact, f1 = question_scores(questions, predictions)
    has_answer = [bool(question.answers) for question in questions]
    scores = {}
    for prefix, counts in {
        "": [True] * len(questions),
        "HasAns_": has_answer,
        "NoAns_": [not has for has in has_answer],
    }.items():
        if total := sum(counts):
            for name, values in (("exact", exact), ("f1", f1)):
                kept = sum(v for v, c in zip(values, counts, strict=True) if c)
                scores[prefix + name] = 100.0 * kept / total
            scores[f"{prefix}total"] = total
    return scores


def question_scores(
    questions: Sequence[data.SquadQuestion], predictions: Mapping[str, str]
) -> tuple[list[int], list[float]]:
    """Computes exact match and F1 of every question, from 0 to 1.

    Raises:
        ValueError: If there is no question, or one has no prediction.
    """
    missing = [q.id for q in questions if q.id not in predictions]
    if missing or not questions:
        raise ValueError(
            "There must be questions, and each must have a prediction. "
            f"Received: {len(questions)} questions, {len(missing)} without: "
            f"{missing[:5]}."
        )
    scores = []
    for question in questions:
        # An answer without words is no answer.
        answers = [a.text for a in question.answers if normalized_words(a.text)]
        scores.append(answer_scores(predictions[question.id], answers or [""]))
    exact, f1 = zip(*scores, strict=True)
    return list(exact), list(f1)
