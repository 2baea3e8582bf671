"""Writes answers in the files of google-research/bert."""

import json
import os
from collections.abc import Sequence

import tensorflow as tf

from nlp_modeling import data
from nlp_modeling.evaluation.squad_answers import RankedAnswers


def write_squad_answers(
    folder: str,
    answers: Sequence[RankedAnswers],
    null_score_diff_threshold: float = 0.0,
) -> None:
    """Writes answers in the files that google-research/bert writes.

    `predictions.json` holds an answer for each question's id and is what
    SQuAD's scorers read; `nbest_predictions.json` every candidate with its
    probability and logits; `null_odds.json`, where a question may have no
    answer, the odds.

    Args:
        folder: Where the files appear, in place of such as are there.
        answers: What `squad_answers` gives.
        null_score_diff_threshold: Odds from which on the answer is "".
    """
    files = {
        "predictions": {
            answer.question.id: answer.prediction(null_score_diff_threshold)
            for answer in answers
        },
        "nbest_predictions": {
            answer.question.id: [
                {
                    "text": candidate.text,
                    "probability": candidate.probability,
                    "start_logit": candidate.start_logit,
                    "end_logit": candidate.end_logit,
                }
                for candidate in answer.candidates
            ]
            for answer in answers
        },
    }
    odds = {a.question.id: a.null_odds for a in answers}
    if None not in odds.values():
        files["null_odds"] = odds
    for name, content in files.items():
        path = os.path.join(folder, f"{name}.json")
        with data.whole_output(path, overwrite=True) as partial:
            with tf.io.gfile.GFile(partial, "w") as file:
                file.write(json.dumps(content, indent=4) + "\n")
