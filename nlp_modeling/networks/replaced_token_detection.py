"""Scores every token as one that a generator replaced."""

import keras

from nlp_modeling.layers.fresh_initializer import fresh_initializer
from nlp_modeling.layers.require import require_positive
from nlp_modeling.networks.feature_model import FeatureModel
from nlp_modeling.networks.scoring import class_scores

# Shapes: B batch, S sequence, H hidden.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class ReplacedTokenDetection(FeatureModel):
    """Scores every token as one that a generator replaced.

    A dense layer of width H and its activation come before the one score.

    Reference:
        ELECTRA, section 2: https://arxiv.org/abs/2003.10555

    Args:
        input_width: H.
        activation: Name or function, of the dense layer; ELECTRA's checkpoints
            were trained with their encoder's.
        initializer: Draws the kernels.
        **kwargs: `name`, `trainable` and `dtype`.

    Call arguments:
        inputs: `sequence_data` float [B, S, H].

    Returns:
        float32 [B, S], the logit that a token was replaced.

    Raises:
        ValueError: If `input_width` is not positive, or the activation unknown.
    """

    def __init__(
        self,
        input_width: int,
        activation="gelu",
        initializer="glorot_uniform",
        **kwargs,
    ):
        require_positive(input_width=input_width)
        sequence_data = keras.Input((None, input_width), name="sequence_data")
        transformed = keras.layers.Dense(
            input_width,
            activation=activation,
            kernel_initializer=fresh_initializer(initializer),
            dtype=kwargs.get("dtype"),
            name="transform",
        )(sequence_data)
        scores = class_scores(transformed, 1, initializer, "logits")
        super().__init__(
            {"sequence_data": sequence_data}, scores[..., 0], **kwargs
        )
