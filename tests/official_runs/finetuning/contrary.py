"""Holds a task of a user's own, and runs it as run_classifier runs a task."""

import gin

from official_runs.finetuning.classification import Classification
from official_runs.run_classifier import main  # noqa: F401


@gin.configurable
class Contrary(Classification):
    """Scores how often the labels are missed."""

    def scores(self, split, predictions):
        labels, logits = predictions
        return {"accuracy": float((labels != logits.argmax(1)).mean())}
