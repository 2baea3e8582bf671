"""Lets positions gather values of another width than queries and keys."""

import keras
from keras import ops

from nlp_modeling.layers.dense import Dense
from nlp_modeling.layers.dropout import Dropout
from nlp_modeling.layers.fresh_initializer import fresh_initializer
from nlp_modeling.layers.require import (
    require_mask,
    require_positive,
    require_rate,
)
from nlp_modeling.layers.signature_config import SignatureConfig

# Shapes: B batch, S sequence, Q width of what asks, V width of the values, W
# width of the output, N heads, D width of a head.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class BottleneckAttention(SignatureConfig, keras.layers.Layer):
    """Lets positions gather values of another width than queries and keys.

    Reference:
        MobileBERT, section 3.1: https://arxiv.org/abs/2004.02984

    Args:
        width: W.
        num_heads: N; they share W.
        dropout: Share of the attention probabilities dropped in training.
        kernel_initializer: Draws the kernels.

    Call arguments:
        asking: float [B, S, Q], of which queries and keys are made.
        values: float [B, S, V].
        attention_mask: float [B, S, S], 1 where a position may look; None for
            everywhere.

    Returns:
        float [B, S, W].

    Raises:
        ValueError: If `width` is not divisible by `num_heads`.
    """

    def __init__(
        self,
        width: int,
        num_heads: int,
        dropout: float = 0.0,
        kernel_initializer="glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        require_positive(width=width, num_heads=num_heads)
        require_rate(dropout=dropout)
        if width % num_heads:
            raise ValueError(
                "`width` must be divisible by `num_heads`. "
                f"Received: {width=}, {num_heads=}."
            )
        self.num_heads = num_heads
        self.query, self.key, self.value, self.output_layer = (
            Dense(
                width,
                kernel_initializer=fresh_initializer(kernel_initializer),
                dtype=self.dtype_policy,
                name=name,
            )
            for name in ("query", "key", "value", "output")
        )
        self.dropout = Dropout(
            dropout, dtype=self.dtype_policy, name="probability_dropout"
        )

    def build(self, asking_shape, values_shape, attention_mask_shape=None):
        self.query.build(asking_shape)
        self.key.build(asking_shape)
        self.value.build(values_shape)
        self.output_layer.build((*values_shape[:-1], self.value.units))

    def call(self, asking, values, attention_mask=None, training=None):
        query, key = self._heads(self.query(asking)), self.key(asking)
        scores = ops.matmul(
            query * query.shape[-1] ** -0.5,
            ops.transpose(self._heads(key), (0, 1, 3, 2)),
        )
        scores = ops.cast(scores, "float32")
        if attention_mask is not None:
            require_mask(attention_mask.shape, *scores.shape[2:])
            may_look = ops.cast(attention_mask, "float32")[:, None]
            scores = scores + (1.0 - may_look) * -1e9
        probabilities = ops.cast(ops.softmax(scores), self.compute_dtype)
        probabilities = self.dropout(probabilities, training=training)
        gathered = ops.matmul(probabilities, self._heads(self.value(values)))
        gathered = ops.transpose(gathered, (0, 2, 1, 3))
        shape = (*ops.shape(gathered)[:2], self.value.units)
        return self.output_layer(ops.reshape(gathered, shape))

    def _heads(self, data):
        """Parts float [B, S, W] into the heads [B, N, S, D]."""
        heads = (self.num_heads, data.shape[-1] // self.num_heads)
        parted = ops.reshape(data, (*ops.shape(data)[:2], *heads))
        return ops.transpose(parted, (0, 2, 1, 3))

    def compute_output_shape(
        self, asking_shape, values_shape, attention_mask_shape=None
    ):
        return (*asking_shape[:-1], self.value.units)
