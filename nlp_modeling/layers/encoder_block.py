"""Composes one layer of a Transformer encoder from parts."""

import functools
import inspect

import keras

from nlp_modeling.layers.dropout import Dropout
from nlp_modeling.layers.gather_positions import gather_positions
from nlp_modeling.layers.make_part import make_part
from nlp_modeling.layers.require import (
    require_mask,
    require_positive,
    require_rate,
)
from nlp_modeling.layers.signature_config import SignatureConfig

# Shapes: B batch, S sequence, F positions given out, H hidden.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class EncoderBlock(SignatureConfig, keras.layers.Layer):
    """Applies attention, then feed-forward, and adds each to its input.

    A part is given as a layer or as a function. The block copies a layer: the
    copy has the same config and its own weights, so one layer given to several
    blocks ties nothing. The block calls a function with `name` and `dtype`, and
    the function makes the layer. The block names each part by its role and
    gives each part its own dtype policy.

    References:
        Attention Is All You Need, section 3.1:
        https://arxiv.org/abs/1706.03762
        On Layer Normalization in the Transformer Architecture:
        https://arxiv.org/abs/2002.04745

    Args:
        attention: Called as `attention(inputs, attention_mask, asking,
            training=)`, as `SelfAttention` is. If its `call` has an argument
            `positions`, it gets the block's.
        feed_forward: Called as `feed_forward(data, training=)`, from float
            [B, F, H] to float [B, F, H].
        norm: Normalizes the last axis; the block makes two. None for
            `LayerNormalization(epsilon=1e-12)`.
        norm_first: Normalizes the input of each part instead of the sum.
        dropout: Share dropped of each part's output, in training.
        output_range: F, the number of first positions that the block gives;
            None for all.
        attention_norm: In place of the first `norm`: ModernBERT's first layer
            has none, `keras.layers.Identity`.

    Call arguments:
        inputs: float [B, S, H], or the list of that and an attention mask
            float [B, S, S], 1 where a position may look.
        positions: int [B, F], each in [0, S): the positions that the block
            gives, whatever its `output_range`. None for `output_range`.

    Returns:
        float [B, F, H].

    Raises:
        ValueError: If `dropout` is not in [0, 1), `output_range` is not
            positive, `inputs` is a list of another length, or the mask has
            another shape.
    """

    def __init__(
        self,
        attention,
        feed_forward,
        norm=None,
        norm_first: bool = False,
        dropout: float = 0.0,
        output_range: int | None = None,
        attention_norm=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        require_rate(dropout=dropout)
        if output_range is not None:
            require_positive(output_range=output_range)
        norm = norm or functools.partial(
            keras.layers.LayerNormalization, epsilon=1e-12
        )
        self.norm_first = norm_first
        self.output_range = output_range
        self.attention = self._part(attention, "attention")
        self.feed_forward = self._part(feed_forward, "feed_forward")
        self.attention_norm = self._part(
            attention_norm or norm, "attention_norm"
        )
        self.output_norm = self._part(norm, "output_norm")
        self.dropout_layer = Dropout(
            dropout, dtype=self.dtype_policy, name="dropout"
        )
        self._record_parts(
            attention=self.attention,
            feed_forward=self.feed_forward,
            norm=self.output_norm,
            attention_norm=self.attention_norm,
        )

    def _part(self, part, name):
        return make_part(part, name, self.dtype_policy)

    def build(self, inputs_shape):
        is_listed = isinstance(inputs_shape[0], list | tuple)
        shape = tuple(inputs_shape[0] if is_listed else inputs_shape)
        if is_listed and len(inputs_shape) == 2:
            require_mask(inputs_shape[1], shape[1], shape[1])
        self.attention.build(shape)
        self.attention_norm.build(shape)
        self.feed_forward.build(shape)
        self.output_norm.build(shape)

    def call(self, inputs, positions=None, training=None):
        data, mask = _data_and_mask(inputs)
        wanted = functools.partial(self._wanted, positions)
        drop = functools.partial(self.dropout_layer, training=training)
        if mask is not None:
            require_mask(mask.shape, data.shape[1], data.shape[1])
            mask = wanted(mask)

        arguments = {"training": training}
        if "positions" in inspect.signature(self.attention.call).parameters:
            arguments["positions"] = positions

        def attend(data, asking):
            asking = None if asking is data else asking
            return drop(self.attention(data, mask, asking, **arguments))

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
        """Takes the positions that the block gives from float [B, S, ...]."""
        if positions is not None:
            return gather_positions(data, positions)
        return data[:, : self.output_range]

    def compute_output_shape(self, inputs_shape, positions_shape=None):
        is_listed = isinstance(inputs_shape[0], list | tuple)
        batch, length, width = inputs_shape[0] if is_listed else inputs_shape
        if positions_shape is not None:
            length = positions_shape[1]
        elif self.output_range is not None and length is not None:
            length = min(length, self.output_range)
        return batch, length, width


def _data_and_mask(inputs):
    if not isinstance(inputs, list | tuple):
        return inputs, None
    if len(inputs) != 2:
        raise ValueError(
            "`inputs` of a block must be one tensor or the list "
            f"[data, attention_mask]. Received: a list of {len(inputs)}."
        )
    return inputs
