"""Finds the odds from which a question is best left unanswered."""

from collections.abc import Iterable, Mapping

import numpy as np

from nlp_modeling import data
from nlp_modeling.evaluation.squad_v2_0_scores import question_scores


def squad_null_thresholds(
    questions: Iterable[data.SquadQuestion],
    answers: Mapping[str, str],
    null_odds: Mapping[str, float],
) -> dict[str, float]:
    """Finds the `null_score_diff_threshold` that scores best on `questions`.

    The search is that of SQuAD 2.0's official scorer. A question is answered if
    its odds are at most the threshold.

    Reference:
        SQuAD 2.0: https://arxiv.org/abs/1806.03822

    Args:
        questions: Questions with their right answers, if they have any.
        answers: Maps the id of each question to its best answer. An answer ""
            does not influence the search.
        null_odds: Maps the id of each question to the score of "no answer"
            minus the score of the answer.

    Returns:
        `best_exact` and `best_f1`, in percent, and their thresholds
        `best_exact_thresh` and `best_f1_thresh`.

    Raises:
        ValueError: If there is no question, or one has no answer or odds.
    """
    questions = list(questions)
    exact, f1 = question_scores(questions, answers)
    missing = [q.id for q in questions if q.id not in null_odds]
    if missing:
        raise ValueError(
            f"Each question must have odds. Received: none for {missing[:5]}."
        )
    odds = np.array([null_odds[q.id] for q in questions], np.float64)
    has_answer = np.array([bool(q.answers) for q in questions])
    wrongly_answered = np.array([-bool(answers[q.id]) for q in questions])
    order = np.argsort(odds, kind="stable")
    result = {}
    for name, scores in (("exact", exact), ("f1", f1)):
        gains = np.where(has_answer, scores, wrongly_answered)[order]
        # totals[n] is the score if the first n questions are answered.
        totals = np.cumsum(np.concatenate([[np.sum(~has_answer)], gains]))
        best = int(np.argmax(totals))
        result[f"best_{name}"] = 100.0 * float(totals[best]) / len(questions)
        result[f"best_{name}_thresh"] = (
            float(odds[order[best - 1]]) if best else 0.0
        )
    return result
