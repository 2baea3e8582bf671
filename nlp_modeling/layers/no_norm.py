"""Scales and shifts each value, in place of a layer normalization."""

import functools

import keras

from nlp_modeling.layers.signature_config import SignatureConfig

# Shapes: H hidden.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class NoNorm(SignatureConfig, keras.layers.Layer):
    """Scales and shifts each value, in place of a layer normalization.

    Without means and variances, a small model is faster where it is used.

    Reference:
        MobileBERT, section 3.3: https://arxiv.org/abs/2004.02984

    Call arguments:
        inputs: float [..., H].

    Returns:
        float [..., H].
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)

    def build(self, inputs_shape):
        width = inputs_shape[-1:]
        self.gamma = self.add_weight(
            name="gamma", shape=width, initializer="ones"
        )
        self.beta = self.add_weight(
            name="beta", shape=width, initializer="zeros"
        )

    def call(self, inputs):
        return inputs * self.gamma + self.beta


def norm_part(normalization_type: str, epsilon: float):
    """Gives the part that a type of normalization names.

    Args:
        normalization_type: "no_norm" or "layer_norm".
        epsilon: Added to the variance of a layer normalization.

    Raises:
        ValueError: If the type is another one.
    """
    parts = {
        "no_norm": NoNorm,
        "layer_norm": functools.partial(
            keras.layers.LayerNormalization, epsilon=epsilon
        ),
    }
    if normalization_type not in parts:
        raise ValueError(
            f"`normalization_type` must be one of {list(parts)}. "
            f"Received: {normalization_type=}."
        )
    return parts[normalization_type]
