"""Averages a loss or a metric over weighted labels."""

import dataclasses
from collections.abc import Callable

from keras import ops

# Shapes: B batch, [B, ...] labels, one an example or several.


@dataclasses.dataclass(frozen=True)
class Measure:
    """Averages a loss or a metric over weighted labels.

    The mean is kept as a sum and a sum of weights, so that the mean over a
    batch does not depend on how replicas and microbatches split the batch.

        Measure(
            losses.weighted_sparse_categorical_crossentropy_per_example_loss,
            labels="masked_lm_ids",
            weights="masked_lm_weights",
            predictions="masked_lm",
        )

    Args:
        function: Takes labels and predictions; gives float [B, ...], a value
            for each label.
        labels: The feature that holds the labels.
        predictions: The model's output that is measured: a key of a dict or
            list; None if the model has one output.
        weights: The feature that holds the weight of each label, float
            [B, ...]; None for equal weights. If a batch has `example_weights`,
            as in evaluation, both are multiplied.
    """

    function: Callable
    labels: str
    predictions: str | int | None = None
    weights: str | None = None

    @property
    def needs(self) -> frozenset[str]:
        """Gives the names of the features that the measure reads."""
        return frozenset({self.labels, self.weights} - {None})

    def label_weights(self, features):
        """Gives the weight of each label, float32 [B, ...]."""
        labels = features[self.labels]
        if self.weights is None:
            weights = ops.ones_like(labels, dtype="float32")
        else:
            weights = ops.cast(features[self.weights], "float32")
        if "example_weights" in features:
            rows = features["example_weights"]
            shape = [-1] + [1] * (len(labels.shape) - 1)
            weights = weights * ops.reshape(rows, shape)
        return weights

    def weighted_sum(self, features, outputs):
        """Sums value times weight over labels, to float32 []."""
        if self.predictions is not None:
            outputs = outputs[self.predictions]
        values = self.function(features[self.labels], outputs)
        values = ops.cast(values, "float32")
        return ops.sum(values * self.label_weights(features))
