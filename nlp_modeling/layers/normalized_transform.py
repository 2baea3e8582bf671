"""Transforms vectors by a dense layer, an activation and a norm."""

import keras

from nlp_modeling.layers.fresh_initializer import fresh_initializer
from nlp_modeling.layers.require import require_finite
from nlp_modeling.layers.signature_config import SignatureConfig

# Shapes: H hidden.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class NormalizedTransform(SignatureConfig, keras.layers.Layer):
    """Transforms vectors by a dense layer, an activation and a norm.

    There are no biases. ModernBERT's classifier pools with this layer.

    Reference:
        ModernBERT, section 2.1: https://arxiv.org/abs/2412.13663

    Args:
        activation: Name or function.
        norm_epsilon: Added to the variance.
        kernel_initializer: Draws the kernel.

    Call arguments:
        inputs: float [..., H].

    Returns:
        float [..., H].

    Raises:
        ValueError: If `norm_epsilon` is negative or not finite.
    """

    def __init__(
        self,
        activation="gelu",
        norm_epsilon: float = 1e-5,
        kernel_initializer="glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        require_finite(0, norm_epsilon=norm_epsilon)
        self.activation = keras.activations.get(activation)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.norm = keras.layers.LayerNormalization(
            epsilon=norm_epsilon,
            center=False,
            dtype=self.dtype_policy,
            name="norm",
        )

    def build(self, inputs_shape):
        self.transform = keras.layers.Dense(
            inputs_shape[-1],
            activation=self.activation,
            use_bias=False,
            kernel_initializer=fresh_initializer(self.kernel_initializer),
            dtype=self.dtype_policy,
            name="transform",
        )
        self.transform.build(inputs_shape)
        self.norm.build(inputs_shape)

    def call(self, inputs):
        return self.norm(self.transform(inputs))

    def compute_output_shape(self, inputs_shape):
        return inputs_shape
