"""Transforms each position separately, through a wider layer."""

import keras
from keras import ops

from nlp_modeling.layers.dense import Dense
from nlp_modeling.layers.dropout import Dropout
from nlp_modeling.layers.fresh_initializer import fresh_initializer
from nlp_modeling.layers.require import require_positive, require_rate
from nlp_modeling.layers.signature_config import SignatureConfig

# Shapes: B batch, S sequence, H hidden, I inner.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class FeedForward(SignatureConfig, keras.layers.Layer):
    """Transforms each position separately, through a wider layer.

    Reference:
        Attention Is All You Need, section 3.3:
        https://arxiv.org/abs/1706.03762

    Args:
        inner_dim: I, the width of the inner layer.
        inner_activation: Name or function applied to the inner layer.
        inner_dropout: Share of the inner layer dropped in training.
        kernel_initializer: Draws the kernels.
        bias_initializer: Draws the biases.
        use_bias: Whether the products have biases.

    Call arguments:
        inputs: float [B, S, H].

    Returns:
        float [B, S, H].
    """

    def __init__(
        self,
        inner_dim: int,
        inner_activation,
        inner_dropout: float = 0.0,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        use_bias: bool = True,
        **kwargs,
    ):
        super().__init__(**kwargs)
        require_positive(inner_dim=inner_dim)
        require_rate(inner_dropout=inner_dropout)
        self.inner_dim = inner_dim
        self.inner_activation = keras.activations.get(inner_activation)
        self.inner_dropout = inner_dropout
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.use_bias = use_bias
        self.dropout_layer = Dropout(
            inner_dropout, dtype=self.dtype_policy, name="inner_dropout"
        )

    def build(self, inputs_shape):
        self.inner_layer = self._dense("inner", self.inner_dim)
        self.inner_layer.build(inputs_shape)
        self.output_layer = self._dense("output", inputs_shape[-1])
        self.output_layer.build((*inputs_shape[:-1], self.inner_dim))

    def _dense(self, name, units):
        return Dense(
            units,
            use_bias=self.use_bias,
            kernel_initializer=fresh_initializer(self.kernel_initializer),
            bias_initializer=fresh_initializer(self.bias_initializer),
            dtype=self.dtype_policy,
            name=name,
        )

    def call(self, inputs, training=None):
        # Rows: TensorFlow adds a bias within the product of two matrices only.
        rows = ops.reshape(inputs, (-1, inputs.shape[-1]))
        inner = self.dropout_layer(self._inner(rows), training=training)
        return ops.reshape(self.output_layer(inner), ops.shape(inputs))

    def _inner(self, rows):
        return self.inner_activation(self.inner_layer(rows))

    def compute_output_shape(self, inputs_shape):
        return inputs_shape
