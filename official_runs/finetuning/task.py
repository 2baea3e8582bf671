"""What an encoder is fine-tuned for."""

from collections.abc import Iterator, Sequence

import keras
import numpy as np
import tensorflow as tf

from nlp_modeling import training

# Shapes: N examples.


class FinetuningTask:
    """What an encoder is fine-tuned for: examples, a head, a loss, scores.

    Attributes:
        records: TFRecord files by split: `train`, `eval`, `test`.
        features: What these hold, by split.
        sequence_length: Of an example, in tokens.
        metric: The score that decides which weights are the best.
    """

    # What the task is, in the description of a model.
    kind: str
    # The classes, by id; none for a task without them.
    labels: Sequence[str] = ()
    # The examples that are predicted for, when that is all that is wanted.
    predicted_split = "test"
    # Whether the encoder's pooler and its first position are all that is read.
    reads_pooled_output = False
    # The features that predictions are told apart by, or compared with.
    kept_features: Sequence[str] = ()

    def __init__(self, sequence_length: int, metric: str):
        self.sequence_length = sequence_length
        self.metric = metric
        self.records = {}
        self.features = {}

    def add_records(self, split, files, features) -> None:
        """Adds the examples of a split."""
        self.records[split] = files
        self.features[split] = features

    def num_examples(self, split: str) -> int:
        """The number of a split's records."""
        records = tf.data.TFRecordDataset(self.records[split])
        return int(records.reduce(np.int64(0), lambda count, _: count + 1))

    def make_model(self, encoder: keras.Model) -> keras.Model:
        """The encoder with a head, of which every trainable weight is read."""
        raise NotImplementedError

    def losses(self) -> dict[str, training.Measure]:
        """What training minimizes."""
        raise NotImplementedError

    def labeled(self, features):
        """A batch of records, with the labels that the losses want."""
        return features

    def collect(self, split: str, predicted: Iterator):
        """What is predicted for the examples of a split.

        Args:
            split: Whose examples.
            predicted: What `training.Prediction` gives.
        """
        raise NotImplementedError

    def scores(self, split: str, predictions) -> dict[str, float]:
        """How good predictions are, by the names of metrics."""
        raise NotImplementedError

    def write_predictions(self, split: str, predictions, folder: str) -> None:
        """Writes predictions in the task's own format."""
        raise NotImplementedError

    def description(self) -> dict:
        """What who applies a model must know, as JSON holds it."""
        return {"kind": self.kind, "sequence_length": self.sequence_length}
