"""Scores every position as the start and as the end of a span."""

import keras

from nlp_modeling.layers.require import require_output, require_positive
from nlp_modeling.networks.feature_model import FeatureModel
from nlp_modeling.networks.scoring import class_scores, log_probabilities

# Shapes: B batch, S sequence, H hidden.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class SpanLabeling(FeatureModel):
    """Scores every position as the start and as the end of a span.

    Reference:
        BERT, section 4.2: https://arxiv.org/abs/1810.04805

    Args:
        input_width: H.
        activation: Name or function applied to the scores.
        initializer: Draws the kernel.
        output: `"logits"`, or `"predictions"` for log-probabilities over the
            positions.
        **kwargs: `name`, `trainable` and `dtype`.

    Call arguments:
        inputs: `sequence_data` float [B, S, H].

    Attributes:
        start_logits: The Keras tensor float32 [B, S] of the start's logits.
        end_logits: Of the end's.

    Returns:
        List of the start's and the end's float32 [B, S].

    Raises:
        ValueError: If `input_width` is not positive or `output` neither of the
            two.
    """

    def __init__(
        self,
        input_width: int,
        activation=None,
        initializer="glorot_uniform",
        output: str = "logits",
        **kwargs,
    ):
        require_positive(input_width=input_width)
        require_output(output)
        sequence_data = keras.Input((None, input_width), name="sequence_data")
        scores = class_scores(sequence_data, 2, initializer, "logits")
        scores = keras.layers.Activation(
            activation, dtype="float32", name="activation"
        )(scores)
        start_logits = start = scores[..., 0]
        end_logits = end = scores[..., 1]
        if output == "predictions":
            start = log_probabilities(start, "start_predictions")
            end = log_probabilities(end, "end_predictions")
        super().__init__(
            {"sequence_data": sequence_data}, [start, end], **kwargs
        )
        self.start_logits = start_logits
        self.end_logits = end_logits
