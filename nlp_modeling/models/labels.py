"""Handles the names of classes."""

from collections.abc import Sequence

import keras
import numpy as np


def require_labels(
    num_classes: int | None, labels: Sequence[str] | None
) -> int | None:
    """Gives the number of classes, which is the number of their names.

    Raises:
        ValueError: If there is neither, the two differ, or a name repeats.
    """
    if labels is None:
        if num_classes is None:
            raise ValueError(
                "`num_classes` or `labels` must be given. "
                "Received: num_classes=None, labels=None."
            )
        return num_classes
    labels = list(labels)
    if num_classes not in (None, len(labels)) or len(set(labels)) < len(labels):
        raise ValueError(
            "`labels` must be one different name for each class. "
            f"Received: {num_classes=}, {labels=}."
        )
    return len(labels)


def label_ids(y, labels: Sequence[str] | None):
    """Gives the ids of names of classes, and leaves numbers as they are.

    Args:
        y: Names or ids, of any shape; None for none.
        labels: The names by id; None if only ids are known.

    Raises:
        ValueError: If a name is unknown, or there are names and no `labels`.
    """
    if y is None or np.asarray(y).dtype.kind not in "USO":
        return y
    ids = {label: index for index, label in enumerate(labels or ())}
    names = np.asarray(y, object)
    unknown = sorted({str(name) for name in names.flat} - ids.keys())
    if unknown:
        raise ValueError(
            "`y` must be names among `labels`, or ids. "
            f"Received: {unknown[:5]}, labels={labels}."
        )
    found = [ids[str(name)] for name in names.flat]
    return np.array(found, "int32").reshape(names.shape)


def classification_defaults() -> dict:
    """Gives the loss and the metric that a classifier is compiled with."""
    return {
        # Of log-probabilities too: their softmax is the probabilities.
        "loss": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        "weighted_metrics": [
            keras.metrics.SparseCategoricalAccuracy(name="accuracy")
        ],
    }
