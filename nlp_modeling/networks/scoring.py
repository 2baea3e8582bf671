"""Makes the last layers of the heads."""

import keras

from nlp_modeling.layers.fresh_initializer import fresh_initializer
from nlp_modeling.layers.remain_float import remain_float
from nlp_modeling.layers.require import require_output, require_positive


def class_scores(features, num_classes, initializer, output):
    """Scores classes from features, in float32 under every policy.

    Args:
        features: float [..., H].
        num_classes: C.
        initializer: Draws the kernel.
        output: `"logits"`, or `"predictions"` for log-probabilities.

    Returns:
        float32 [..., C].

    Raises:
        ValueError: If `num_classes` is not positive or `output` neither of the
            two.
    """
    require_positive(num_classes=num_classes)
    require_output(output)
    layer = keras.layers.Dense(
        num_classes,
        kernel_initializer=fresh_initializer(initializer),
        dtype="float32",
        name="logits",
    )
    logits = remain_float(layer)(features)
    if output == "logits":
        return logits
    return log_probabilities(logits, "predictions")


def log_probabilities(logits, name):
    """Normalizes float32 [..., C] logits over the last axis."""
    layer = keras.layers.Activation("log_softmax", dtype="float32", name=name)
    return layer(logits)
