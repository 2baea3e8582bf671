"""One layer of a Transformer encoder."""

import functools

import keras

from nlp_modeling.layers.feed_forward import FeedForward
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
        inputs: float [B, S, H], or the list of that and an attention mask
            float [B, S, S], 1 where a position may look.

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
            output_range,
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
        self.dropout_layer = keras.layers.Dropout(
            output_dropout, dtype=self.dtype_policy, name="dropout"
        )

    def _norm(self, name):
        return keras.layers.LayerNormalization(
            epsilon=self.norm_epsilon, dtype=self.dtype_policy, name=name
        )

    def build(self, inputs_shape):
        shape, _ = _data_and_mask(inputs_shape, isinstance(inputs_shape, list))
        for layer in (
            self.attention,
            self.attention_norm,
            self.feed_forward,
            self.output_norm,
        ):
            if not layer.built:  # As a `feed_forward` from a config is.
                layer.build(shape)

    def call(self, inputs, training=None):
        data, mask = _data_and_mask(inputs, isinstance(inputs, list | tuple))
        asking = data[:, : self.output_range] if self.output_range else data
        drop = functools.partial(self.dropout_layer, training=training)
        attend = functools.partial(
            self.attention, attention_mask=mask, training=training
        )
        feed_forward = functools.partial(self.feed_forward, training=training)
        if self.norm_first:
            data = asking + drop(attend(self.attention_norm(data)))
            return data + drop(feed_forward(self.output_norm(data)))
        data = self.attention_norm(asking + drop(attend(data)))
        return self.output_norm(data + drop(feed_forward(data)))

    def compute_output_shape(self, inputs_shape):
        shape, _ = _data_and_mask(inputs_shape, isinstance(inputs_shape, list))
        return self.attention.compute_output_shape(shape)


def _data_and_mask(inputs, is_list):
    return inputs if is_list else (inputs, None)
