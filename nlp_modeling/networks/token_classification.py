"""Scores classes at every position of a sequence."""

import keras

from nlp_modeling.layers.require import require_positive
from nlp_modeling.networks.feature_model import FeatureModel
from nlp_modeling.networks.scoring import class_scores

# Shapes: B batch, S sequence, H hidden, C classes.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class TokenClassification(FeatureModel):
    """Scores classes at every position of a sequence.

    Reference:
        BERT, section 5.3: https://arxiv.org/abs/1810.04805

    Args:
        input_width: H.
        num_classes: C.
        initializer: Draws the kernel.
        output: `"logits"`, or `"predictions"` for log-probabilities.
        **kwargs: `name`, `trainable` and `dtype`.

    Call arguments:
        inputs: `sequence_data` float [B, S, H].

    Returns:
        float32 [B, S, C].

    Raises:
        ValueError: If a size is not positive or `output` neither of the two.
    """

    def __init__(
        self,
        input_width: int,
        num_classes: int,
        initializer="glorot_uniform",
        output: str = "logits",
        **kwargs,
    ):
        require_positive(input_width=input_width)
        sequence_data = keras.Input((None, input_width), name="sequence_data")
        scores = class_scores(sequence_data, num_classes, initializer, output)
        super().__init__({"sequence_data": sequence_data}, scores, **kwargs)

    @property
    def logits(self):
        """Gives the Keras tensor float32 [B, S, C] of the logits.

        Under `output="predictions"` a model of it needs no head of its own:
        `keras.Model(head.inputs, head.logits)`.
        """
        return self.get_layer("logits").output
