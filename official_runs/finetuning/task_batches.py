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

    def training_batches(
        self, start_step: int, input_context=None
    ) -> tf.data.Dataset:
        """Gives endless batches with labels, from a step on."""
        task = self._task
        return data.training_batches(
            task.records["train"],
            task.features["train"],
            self._train_batch_size,
            sequence_length=task.sequence_length,
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
                sequence_length=task.sequence_length,
                length_multiple=self._length_multiple,
                input_context=context,
            ),
            [name for name in task.kept_features if name in stored],
        )

    def require_fit(self, vocab_size: int) -> None:
        """Reads a batch, and raises if its ids are of something else.

        Raises:
            ValueError: If a word or a label is out of range.
        """
        task = self._task
        features = data.first_batch(
            task.records["train"],
            task.features["train"],
            sequence_length=task.sequence_length,
        )
        for name, count in {
            "input_word_ids": vocab_size,
            "label_ids": len(task.labels),
        }.items():
            if count and name in features:
                largest = int(tf.reduce_max(features[name]))
                if largest >= count:
                    raise ValueError(
                        "Records must be of this vocabulary and these labels: "
                        f"{name} below {count}. Received: {largest}, in "
                        f"{task.records['train']}."
                    )
