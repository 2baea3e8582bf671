"""Multiplies the inner layer of a feed-forward layer by a gate."""

import keras

from nlp_modeling.layers.feed_forward import FeedForward

# Shapes: B batch, S sequence, H hidden, I inner.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class GatedFeedForward(FeedForward):
    """Multiplies the inner layer of a feed-forward layer by a gate.

    The gate has the activation, and the inner layer is linear. A block
    takes this layer as its `feed_forward`.

    Reference:
        GLU Variants Improve Transformer: https://arxiv.org/abs/2002.05202

    Args:
        inner_dim: I, the width of the inner layer and of the gate.
        inner_activation: Name or function applied to the gate: `"gelu"` for
            GEGLU, `"silu"` for SwiGLU.
        inner_dropout: Share of the inner layer dropped in training.
        kernel_initializer: Draws the kernels.
        bias_initializer: Draws the biases.
        use_bias: Whether the products have biases.

    Call arguments:
        inputs: float [B, S, H].

    Returns:
        float [B, S, H].
    """

    def build(self, inputs_shape):
        super().build(inputs_shape)
        self.gate_layer = self._dense("gate", self.inner_dim)
        self.gate_layer.build(inputs_shape)

    def _inner(self, rows):
        return self.inner_layer(rows) * self.inner_activation(
            self.gate_layer(rows)
        )
