"""Reads the batches of a fine-tuning task."""

import keras
import tensorflow as tf

from nlp_modeling import data, training
from official_runs.finetuning.task import FinetuningTask


class TaskBatches:
    """Reads the batches of a fine-tuning task.

    Args:
        task: Has the records.
        train_batch_size: Examples of a step, over all replicas.
        eval_batch_size: Examples of a batch in evaluation, over all replicas.
        length_multiple: See `data.training_batches`. TPUs compile one length:
            they get the task's.
        seed: Decides the order of examples.
    """

    def __init__(
        self,
        task: FinetuningTask,
        train_batch_size: int,
        eval_batch_size: int,
        length_multiple: int | None,
        seed: int,
    ):
        on_tpu = isinstance(
            tf.distribute.get_strategy(), tf.distribute.TPUStrategy
        )
        self._task = task
        self._train_batch_size = train_batch_size
        self._eval_batch_size = eval_batch_size
        self._length_multiple = None if on_tpu else length_multiple
        self._seed = seed
        self._limits = {
            "sequence_length": task.sequence_length,
            "vocab_size": task.vocab_size,
            "num_segments": task.num_segments,
            "num_classes": len(task.labels) or None,
        }

    def training_batches(
        self, start_step: int, input_context=None
    ) -> tf.data.Dataset:
        """Gives endless batches with labels, from a step on."""
        task = self._task
        return data.training_batches(
            task.records["train"],
            task.features["train"],
            self._train_batch_size,
            **self._limits,
            seed=self._seed,
            start_step=start_step,
            length_multiple=self._length_multiple,
            input_context=input_context,
        ).map(task.labeled)

    def prediction(self, model: keras.Model, split: str) -> training.Prediction:
        """Makes the predictions of a model for the examples of a split."""
        task = self._task
        stored = {feature.name for feature in task.features[split]}
        return training.Prediction(
            model,
            lambda context: data.evaluation_batches(
                task.records[split],
                task.features[split],
                self._eval_batch_size,
                **self._limits,
                length_multiple=self._length_multiple,
                input_context=context,
            ),
            [name for name in task.kept_features if name in stored],
        )

    def require_fit(self) -> None:
        """Reads the first records, to find what does not fit early.

        Raises:
            tf.errors.InvalidArgumentError: If a record is longer than the
                task's sequences, or of another vocabulary or other labels.
        """
        for split, files in self._task.records.items():
            data.first_batch(files, self._task.features[split], **self._limits)
