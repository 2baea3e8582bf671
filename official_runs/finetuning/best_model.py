"""Keeps the best model of a run."""

import functools
import math

import keras

from nlp_modeling import text, training
from official_runs.finetuning.saved_model import read_task, save_finetuned
from official_runs.finetuning.task import FinetuningTask
from official_runs.finetuning.task_batches import TaskBatches


class BestModel:
    """Keeps the model with the best score on the eval examples.

    Args:
        folder: The run's.
        task: Scores the model.
        batches: The task's.
        model: The model in training.
        tokenizer: The model's.
        seed: The run's.
    """

    def __init__(
        self,
        folder: training.RunFolder,
        task: FinetuningTask,
        batches: TaskBatches,
        model: keras.Model,
        tokenizer: text.BertTokenizer | text.BytePairTokenizer,
        seed: int,
    ):
        self._folder = folder
        self._task = task
        self._model = model
        self._tokenizer = tokenizer
        self._seed = seed
        self._batches = batches

    @functools.cached_property
    def _predict(self):
        return self._batches.prediction(self._model, "eval")

    def evaluate(self) -> dict[str, float]:
        """Scores the model, and saves it if the score is the best so far."""
        task = self._task
        predictions = task.collect("eval", self._predict())
        scores = task.scores("eval", predictions)
        best = (read_task(self._folder.path) or {}).get("scores", {})
        if scores[task.metric] > best.get(task.metric, -math.inf):
            if self._folder.writes:
                task.write_predictions("eval", predictions, self._folder.path)
            self.save(scores)
        return scores

    def save(self, scores: dict[str, float]) -> None:
        """Saves the model with its scores."""
        if self._folder.writes:
            description = {
                **self._task.description(),
                "seed": self._seed,
                "scores": scores,
            }
            save_finetuned(
                self._folder.path, self._model, self._tokenizer, description
            )
