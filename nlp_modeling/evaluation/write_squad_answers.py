"""Writes answers as google-research/bert does."""

import json
import os
from collections.abc import Sequence

from nlp_modeling import data, files
from nlp_modeling.evaluation.squad_answers import RankedAnswers


def write_squad_answers(
    folder: str,
    answers: Sequence[RankedAnswers],
    null_score_diff_threshold: float = 0.0,
) -> None:
    """Writes answers as google-research/bert does.

    `predictions.json` maps each question's id to an answer, and SQuAD's scorers
    read it. `nbest_predictions.json` holds every candidate with its probability
    and logits. `null_odds.json` holds the odds, if questions may have no
    answer.

    Args:
        folder: The folder of the files. Existing files are replaced.
        answers: Answers from `squad_answers`.
        null_score_diff_threshold: If its odds are greater, an answer is "".
    """
    contents = {
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
        contents["null_odds"] = odds
    for name, content in contents.items():
        path = os.path.join(folder, f"{name}.json")
        with data.whole_output(path, overwrite=True, is_file=True) as partial:
            with files.open_file(partial, "w") as file:
                file.write(json.dumps(content, indent=4) + "\n")
