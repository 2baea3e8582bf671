"""Computes the weighted cross entropy of integer labels."""

import keras
from keras import ops

# Shapes: [...] any leading axes, such as batch and predictions; C classes.


@keras.saving.register_keras_serializable(package="nlp_modeling")
def weighted_sparse_categorical_crossentropy_loss(
    labels, predictions, weights=None
):
    """Averages the cross entropy of integer labels by their weights.

    Args:
        labels: int [...] or [..., 1], each in [0, C).
        predictions: float [..., C], logits or log-probabilities. Both give the
            same loss, because normalizing twice changes nothing.
        weights: float or int [...] or [..., 1], how much each label counts.
            None for 1.

    Returns:
        float32 [], in nats: the weighted sum over the sum of weights. 0 if the
        weights sum to 0.

    Raises:
        ValueError: If the shapes of the arguments do not agree.
    """
    losses = weighted_sparse_categorical_crossentropy_per_example_loss(
        labels, predictions, weights
    )
    if weights is None:
        return ops.mean(losses)
    total = ops.sum(ops.cast(weights, "float32"))
    return ops.divide_no_nan(ops.sum(losses), total)


@keras.saving.register_keras_serializable(package="nlp_modeling")
def weighted_sparse_categorical_crossentropy_per_example_loss(
    labels, predictions, weights=None
):
    """Multiplies the cross entropy of each integer label by its weight.

    Args:
        labels: int [...] or [..., 1], each in [0, C).
        predictions: float [..., C], logits or log-probabilities.
        weights: float or int [...] or [..., 1]. None for 1.

    Returns:
        float32 [...], in nats.

    Raises:
        ValueError: If the shapes of the arguments do not agree.
    """
    labels, predictions, weights = _of_agreeing_shapes(
        labels, predictions, weights
    )
    losses = ops.sparse_categorical_crossentropy(
        ops.cast(labels, "int32"),
        ops.cast(predictions, "float32"),
        from_logits=True,
    )
    return losses if weights is None else losses * weights


def _of_agreeing_shapes(labels, predictions, weights):
    predictions = ops.convert_to_tensor(predictions)
    labels = _without_last_axis(ops.convert_to_tensor(labels), predictions)
    if not _agree(labels.shape, predictions.shape[:-1]):
        raise ValueError(
            "`predictions` must have the axes of `labels` and one axis more, "
            f"the classes. Received: labels.shape={tuple(labels.shape)}, "
            f"predictions.shape={tuple(predictions.shape)}."
        )
    if weights is not None:
        weights = _without_last_axis(ops.cast(weights, "float32"), predictions)
        if not _agree(weights.shape, labels.shape):
            raise ValueError(
                "`weights` must have the shape of `labels`. "
                f"Received: weights.shape={tuple(weights.shape)}, "
                f"labels.shape={tuple(labels.shape)}."
            )
    return labels, predictions, weights


def _without_last_axis(tensor, predictions):
    """Drops the axis of 1 that data for `fit` often has after the others."""
    is_column = tensor.shape[-1:] == (1,)
    if is_column and len(tensor.shape) == len(predictions.shape):
        return ops.squeeze(tensor, axis=-1)
    return tensor


def _agree(shape, other):
    """Tells whether two shapes agree where both are known."""
    return len(shape) == len(other) and all(
        a == b or a is None or b is None
        for a, b in zip(shape, other, strict=True)
    )
