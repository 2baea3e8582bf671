"""Computes the weighted cross entropy of integer labels."""

from keras import ops

# Shapes: [...] any leading axes, such as batch and predictions; C classes.


def weighted_sparse_categorical_crossentropy_loss(
    labels, predictions, weights=None
):
    """Averages the cross entropy of integer labels by their weights.

    Args:
        labels: int [...], each in [0, C).
        predictions: float [..., C], logits or log-probabilities. Both give the
            same loss, because normalizing twice changes nothing.
        weights: float or int [...], how much each label counts. None for 1.

    Returns:
        float32 [], in nats: the weighted sum over the sum of weights. 0 if the
        weights sum to 0.

    Raises:
        ValueError: If the ranks of the arguments do not agree.
    """
    losses = weighted_sparse_categorical_crossentropy_per_example_loss(
        labels, predictions, weights
    )
    if weights is None:
        return ops.mean(losses)
    total = ops.sum(ops.cast(weights, "float32"))
    return ops.divide_no_nan(ops.sum(losses), total)


def weighted_sparse_categorical_crossentropy_per_example_loss(
    labels, predictions, weights=None
):
    """Multiplies the cross entropy of each integer label by its weight.

    Args:
        labels: int [...], each in [0, C).
        predictions: float [..., C], logits or log-probabilities.
        weights: float or int [...]. None for 1.

    Returns:
        float32 [...], in nats.

    Raises:
        ValueError: If the ranks of the arguments do not agree.
    """
    labels, predictions, weights = _of_agreeing_ranks(
        labels, predictions, weights
    )
    losses = ops.sparse_categorical_crossentropy(
        ops.cast(labels, "int32"),
        ops.cast(predictions, "float32"),
        from_logits=True,
    )
    return losses if weights is None else losses * weights


def _of_agreeing_ranks(labels, predictions, weights):
    labels = ops.convert_to_tensor(labels)
    predictions = ops.convert_to_tensor(predictions)
    if len(labels.shape) != len(predictions.shape) - 1:
        raise ValueError(
            "`predictions` must have one axis more than `labels`, the classes. "
            f"Received: labels.shape={tuple(labels.shape)}, "
            f"predictions.shape={tuple(predictions.shape)}."
        )
    if weights is not None:
        weights = ops.cast(weights, "float32")
        if len(weights.shape) != len(labels.shape):
            raise ValueError(
                "`weights` must have the shape of `labels`. "
                f"Received: weights.shape={tuple(weights.shape)}, "
                f"labels.shape={tuple(labels.shape)}."
            )
    return labels, predictions, weights
