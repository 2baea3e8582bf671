"""Scores classes from a pooled output."""

import keras

from nlp_modeling.layers.require import require_positive
from nlp_modeling.networks.feature_model import FeatureModel
from nlp_modeling.networks.scoring import class_scores

# Shapes: B batch, H hidden, C classes.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class Classification(FeatureModel):
    """Scores classes from a pooled output.

    Reference:
        BERT, section 4.1: https://arxiv.org/abs/1810.04805

    Args:
        input_width: H.
        num_classes: C.
        initializer: Draws the kernel.
        output: `"logits"`, or `"predictions"` for log-probabilities.
        **kwargs: `name`, `trainable` and `dtype`.

    Call arguments:
        inputs: `cls_output` float [B, H].

    Returns:
        float32 [B, C].

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
        cls_output = keras.Input((input_width,), name="cls_output")
        scores = class_scores(cls_output, num_classes, initializer, output)
        super().__init__({"cls_output": cls_output}, scores, **kwargs)

    @property
    def logits(self):
        """Gives the Keras tensor float32 [B, C] of the logits.

        Under `output="predictions"` a model of it needs no head of its own:
        `keras.Model(head.inputs, head.logits)`.
        """
        return self.get_layer("logits").output
