"""A weighted mean over labels: of a loss, or of how well a model does."""

import dataclasses
from collections.abc import Callable

import tensorflow as tf

# Shapes: B batch, [B, ...] labels, one an example or several.


@dataclasses.dataclass(frozen=True)
class Measure:
    """A weighted mean over labels: of a loss, or of how well a model does.

    It is kept as a sum and a sum of weights, so that the mean over a batch is
    the same however the batch is split over replicas and slices.

        Measure(
            losses.weighted_sparse_categorical_crossentropy_per_example_loss,
            labels="masked_lm_ids",
            weights="masked_lm_weights",
            predictions="masked_lm",
        )

    Args:
        function: Takes labels and predictions; gives float [B, ...], a value a
            label.
        labels: The feature that holds the labels.
        predictions: The model's output that is measured: a key of a dict or
            list; None where there is only one.
        weights: The feature that says how much each label counts, float
            [B, ...]; None for alike. Where a batch has `example_weights`, as in
            evaluation, they count as well.
    """

    function: Callable
    labels: str
    predictions: str | int | None = None
    weights: str | None = None

    def label_weights(self, features):
        """How much each label counts: float32 [B, ...]."""
        labels = features[self.labels]
        if self.weights is None:
            weights = tf.ones_like(labels, tf.float32)
        else:
            weights = tf.cast(features[self.weights], tf.float32)
        if "example_weights" in features:
            rows = features["example_weights"]
            weights *= tf.reshape(rows, [-1] + [1] * (labels.shape.rank - 1))
        return weights

    def weighted_sum(self, features, outputs):
        """The sum over labels of value times weight: float32 []."""
        if self.predictions is not None:
            outputs = outputs[self.predictions]
        values = self.function(features[self.labels], outputs)
        values = tf.cast(values, tf.float32)
        return tf.reduce_sum(values * self.label_weights(features))
