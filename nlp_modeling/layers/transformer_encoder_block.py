"""One layer of a Transformer encoder."""

import functools

import keras

from nlp_modeling.layers.dropout import Dropout
from nlp_modeling.layers.feed_forward import FeedForward
from nlp_modeling.layers.gather_positions import gather_positions
from nlp_modeling.layers.require import require_rate
from nlp_modeling.layers.self_attention import SelfAttention
from nlp_modeling.layers.signature_config import SignatureConfig

# Shapes: B batch, S sequence, F positions given out, H hidden.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class TransformerEncoderBlock(SignatureConfig, keras.layers.Layer):
    """One layer of a Transformer encoder: attention, then feed-forward.

    Each of the two adds to its input, and a layer normalization follows the sum
    (`norm_first=False`, as BERT has it) or precedes the part.

    References:
        Attention Is All You Need, section 3.1:
        https://arxiv.org/abs/1706.03762
        On Layer Normalization in the Transformer Architecture:
        https://arxiv.org/abs/2002.04745

    Args:
        num_attention_heads: Heads of the self-attention.
        inner_dim: Width of the feed-forward layer.
        inner_activation: Name or function, of the feed-forward layer.
        output_range: F, when only the first positions are wanted; None for all.
        kernel_initializer: Draws the kernels.
        bias_initializer: Draws the biases.
        norm_first: Normalizes the input of each part instead of the sum.
        norm_epsilon: Added to the variance.
        output_dropout: Share dropped of what each part adds, in training.
        attention_dropout: Share of the attention probabilities dropped.
        inner_dropout: Share of the feed-forward's inner layer dropped.
        feed_forward: A layer float [B, S, H] -> [B, S, H] in place of
            `FeedForward`; `inner_dim`, `inner_activation` and `inner_dropout`
            are then not used.

    Call arguments:
        inputs: float [B, S, H], or the list of that, an attention mask
            float [B, S, S], 1 where a position may look, and, if only some
            positions are wanted, these, int [B, F], each in [0, S).

    Returns:
        float [B, F, H].

    Raises:
        ValueError: If H is not divisible by `num_attention_heads`, or the
            activation is unknown.
    """

    def __init__(
        self,
        num_attention_heads: int,
        inner_dim: int,
        inner_activation,
        output_range: int | None = None,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        norm_first: bool = False,
        norm_epsilon: float = 1e-12,
        output_dropout: float = 0.0,
        attention_dropout: float = 0.0,
        inner_dropout: float = 0.0,
        feed_forward: keras.layers.Layer | None = None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        require_rate(output_dropout=output_dropout)
        self.num_attention_heads = num_attention_heads
        self.inner_dim = inner_dim
        self.inner_activation = keras.activations.get(inner_activation)
        self.output_range = output_range
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.norm_first = norm_first
        self.norm_epsilon = norm_epsilon
        self.output_dropout = output_dropout
        self.attention_dropout = attention_dropout
        self.inner_dropout = inner_dropout
        drawn = {
            "kernel_initializer": kernel_initializer,
            "bias_initializer": bias_initializer,
            "dtype": self.dtype_policy,
        }
        self.attention = SelfAttention(
            num_attention_heads,
            attention_dropout,
            name="attention",
            **drawn,
        )
        self.feed_forward = feed_forward or FeedForward(
            inner_dim,
            inner_activation,
            inner_dropout,
            name="feed_forward",
            **drawn,
        )
        self.attention_norm = self._norm("attention_norm")
        self.output_norm = self._norm("output_norm")
        self.dropout_layer = Dropout(
            output_dropout, dtype=self.dtype_policy, name="dropout"
        )

    def _norm(self, name):
        return keras.layers.LayerNormalization(
            epsilon=self.norm_epsilon, dtype=self.dtype_policy, name=name
        )

    def build(self, inputs_shape):
        shape, *_ = _listed(inputs_shape, isinstance(inputs_shape, list))
        for layer in (
            self.attention,
            self.attention_norm,
            self.feed_forward,
            self.output_norm,
        ):
            if not layer.built:  # As a `feed_forward` from a config is.
                layer.build(shape)

    def call(self, inputs, training=None):
        data, mask, positions = _listed(
            inputs, isinstance(inputs, list | tuple)
        )
        wanted = functools.partial(self._wanted, positions)
        drop = functools.partial(self.dropout_layer, training=training)
        mask = None if mask is None else wanted(mask)

        def attend(data, asking):
            asking = None if asking is data else asking
            return drop(self.attention(data, mask, asking, training=training))

        def feed_forward(data):
            return drop(self.feed_forward(data, training=training))

        if self.norm_first:
            normal = self.attention_norm(data)
            data = wanted(data) + attend(normal, wanted(normal))
            return data + feed_forward(self.output_norm(data))
        asking = wanted(data)
        data = self.attention_norm(asking + attend(data, asking))
        return self.output_norm(data + feed_forward(data))

    def _wanted(self, positions, data):
        """The positions of float [B, S, ...] that are given out."""
        if positions is not None:
            return gather_positions(data, positions)
        return data[:, : self.output_range] if self.output_range else data

    def compute_output_shape(self, inputs_shape):
        shape, _, positions_shape = _listed(
            inputs_shape, isinstance(inputs_shape, list)
        )
        batch, length, width = shape
        if positions_shape is not None:
            length = positions_shape[1]
        elif self.output_range is not None and length is not None:
            length = min(length, self.output_range)
        return batch, length, width


def _listed(inputs, is_list):
    """Data, mask and positions, None where they are not given."""
    data, *others = inputs if is_list else [inputs]
    return data, *others, *[None] * (2 - len(others))
