"""Applies one layer of BERT's encoder."""

import functools

import keras

from nlp_modeling.layers.encoder_block import EncoderBlock
from nlp_modeling.layers.feed_forward import FeedForward
from nlp_modeling.layers.require import (
    require_finite,
    require_positive,
    require_rate,
)
from nlp_modeling.layers.self_attention import SelfAttention

# Shapes: B batch, S sequence, F positions given out, H hidden.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class TransformerEncoderBlock(EncoderBlock):
    """Applies self-attention and feed-forward as BERT's layers do.

    The block is an `EncoderBlock` of BERT's parts, made from plain values.

    Reference:
        BERT, section 3: https://arxiv.org/abs/1810.04805

    Args:
        num_attention_heads: Heads of the self-attention.
        inner_dim: Width of the feed-forward layer.
        inner_activation: Name or function, of the feed-forward layer.
        output_range: F, the number of first positions that the block gives;
            None for all.
        kernel_initializer: Draws the kernels.
        bias_initializer: Draws the biases.
        norm_first: Normalizes the input of each part instead of the sum.
        norm_epsilon: Added to the variance.
        output_dropout: Share dropped of each part's output, in training.
        attention_dropout: Share of the attention probabilities dropped.
        inner_dropout: Share of the feed-forward's inner layer dropped.
        feed_forward: A layer or a function, as `EncoderBlock` takes it, in
            place of `FeedForward`. The block then does not use `inner_dim`,
            `inner_activation` and `inner_dropout`.

    Call arguments:
        inputs: float [B, S, H], or the list of that and an attention mask
            float [B, S, S], 1 where a position may look.
        positions: int [B, F], each in [0, S), as `EncoderBlock` takes them.

    Returns:
        float [B, F, H].

    Raises:
        ValueError: If a size is not positive, a share not in [0, 1), H not
            divisible by `num_attention_heads`, or the activation unknown.
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
        feed_forward=None,
        **kwargs,
    ):
        require_positive(num_attention_heads=num_attention_heads)
        require_rate(
            output_dropout=output_dropout, attention_dropout=attention_dropout
        )
        require_finite(0, norm_epsilon=norm_epsilon)
        # Each `get` makes an initializer with a seed of its own, in this order.
        block_initializers = (
            keras.initializers.get(kernel_initializer),
            keras.initializers.get(bias_initializer),
        )
        drawn = {
            "kernel_initializer": kernel_initializer,
            "bias_initializer": bias_initializer,
        }
        super().__init__(
            functools.partial(
                SelfAttention, num_attention_heads, attention_dropout, **drawn
            ),
            feed_forward
            or functools.partial(
                FeedForward, inner_dim, inner_activation, inner_dropout, **drawn
            ),
            functools.partial(
                keras.layers.LayerNormalization, epsilon=norm_epsilon
            ),
            norm_first,
            output_dropout,
            output_range,
            **kwargs,
        )
        self.num_attention_heads = num_attention_heads
        self.inner_dim = inner_dim
        self.inner_activation = keras.activations.get(inner_activation)
        self.kernel_initializer, self.bias_initializer = block_initializers
        self.norm_epsilon = norm_epsilon
        self.output_dropout = output_dropout
        self.attention_dropout = attention_dropout
        self.inner_dropout = inner_dropout
