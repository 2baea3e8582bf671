"""Applies attention and feed-forward layers in a bottleneck."""

import keras

from nlp_modeling.layers.bottleneck_attention import BottleneckAttention
from nlp_modeling.layers.dense import Dense
from nlp_modeling.layers.dropout import Dropout
from nlp_modeling.layers.feed_forward import FeedForward
from nlp_modeling.layers.fresh_initializer import fresh_initializer
from nlp_modeling.layers.no_norm import norm_part
from nlp_modeling.layers.require import require_positive, require_rate
from nlp_modeling.layers.signature_config import SignatureConfig

# Shapes: B batch, S sequence, H hidden, W width of the bottleneck.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class MobileBertBlock(SignatureConfig, keras.layers.Layer):
    """Applies attention and feed-forward layers in a bottleneck.

    The first layer of the block narrows its input, and the last one widens it
    again. Each layer between them is added to its input and normalized.

    Reference:
        MobileBERT, section 3 and figure 1: https://arxiv.org/abs/2004.02984

    Args:
        num_attention_heads: Heads of the attention; they share W.
        intermediate_size: Inner width of the feed-forward layers.
        activation: Name or function, of the feed-forward layers.
        intra_bottleneck_size: W.
        key_query_shared_bottleneck: Makes queries and keys of a narrow input
            of their own, instead of the block's input.
        use_bottleneck_attention: Makes queries, keys and values of the narrow
            input; there is then none of queries and keys alone.
        num_feedforward_networks: Feed-forward layers, one after another.
        normalization_type: "no_norm" for `NoNorm`, or "layer_norm".
        norm_epsilon: Added to the variance of a layer normalization.
        dropout: Share dropped of the widened output, in training.
        attention_dropout: Share of the attention probabilities dropped.
        kernel_initializer: Draws the kernels.

    Call arguments:
        inputs: The list of float [B, S, H] and an attention mask float
            [B, S, S], 1 where a position may look.

    Returns:
        float [B, S, H].

    Raises:
        ValueError: If a size is not positive, a share not in [0, 1), W not
            divisible by the heads, or the normalization unknown.
    """

    def __init__(
        self,
        num_attention_heads: int,
        intermediate_size: int,
        activation="relu",
        intra_bottleneck_size: int = 128,
        key_query_shared_bottleneck: bool = True,
        use_bottleneck_attention: bool = False,
        num_feedforward_networks: int = 4,
        normalization_type: str = "no_norm",
        norm_epsilon: float = 1e-12,
        dropout: float = 0.0,
        attention_dropout: float = 0.0,
        kernel_initializer="glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        require_positive(
            intra_bottleneck_size=intra_bottleneck_size,
            num_feedforward_networks=num_feedforward_networks,
        )
        require_rate(dropout=dropout)
        self.width = intra_bottleneck_size
        self.use_bottleneck_attention = use_bottleneck_attention
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self._norm_part = norm_part(normalization_type, norm_epsilon)
        self.input_bottleneck = self._dense("input_bottleneck", self.width)
        self.input_norm = self._norm("input_norm")
        self.attention_bottleneck = None
        if key_query_shared_bottleneck and not use_bottleneck_attention:
            self.attention_bottleneck = self._dense(
                "attention_bottleneck", self.width
            )
            self.asking_norm = self._norm("asking_norm")
        self.attention = BottleneckAttention(
            self.width,
            num_attention_heads,
            attention_dropout,
            kernel_initializer,
            dtype=self.dtype_policy,
            name="attention",
        )
        self.attention_norm = self._norm("attention_norm")
        # Attributes, since a checkpoint of TensorFlow finds no layer in a list.
        numbers = range(num_feedforward_networks - 1)
        self._ends = (*(f"_{i}" for i in numbers), "")
        for end in self._ends:
            layer = FeedForward(
                intermediate_size,
                activation,
                kernel_initializer=kernel_initializer,
                dtype=self.dtype_policy,
                name=f"feed_forward{end}",
            )
            setattr(self, f"feed_forward{end}", layer)
            name = f"feed_forward_norm{end}"
            setattr(self, name, self._norm(name))
        self.dropout = Dropout(dropout, dtype=self.dtype_policy, name="dropout")
        self.output_norm = self._norm("output_norm")

    def _dense(self, name, units):
        return Dense(
            units,
            kernel_initializer=fresh_initializer(self.kernel_initializer),
            dtype=self.dtype_policy,
            name=name,
        )

    def _norm(self, name):
        return self._norm_part(dtype=self.dtype_policy, name=name)

    def build(self, inputs_shape):
        wide = tuple(inputs_shape[0])
        narrow = (*wide[:-1], self.width)
        self.input_bottleneck.build(wide)
        asking = values = narrow if self.use_bottleneck_attention else wide
        if self.attention_bottleneck is not None:
            asking = narrow
            self.attention_bottleneck.build(wide)
            self.asking_norm.build(narrow)
        self.attention.build(asking, values)
        for layer in (self.input_norm, self.attention_norm):
            layer.build(narrow)
        for layer, norm in self._feed_forwards():
            layer.build(narrow)
            norm.build(narrow)
        self.output_bottleneck = self._dense("output_bottleneck", wide[-1])
        self.output_bottleneck.build(narrow)
        self.output_norm.build(wide)

    def _feed_forwards(self):
        """Lists the feed-forward layers in their order, with their norms."""
        return [
            (
                getattr(self, f"feed_forward{end}"),
                getattr(self, f"feed_forward_norm{end}"),
            )
            for end in self._ends
        ]

    def call(self, inputs, training=None):
        wide, mask = inputs
        data = self.input_norm(self.input_bottleneck(wide))
        asking = values = data if self.use_bottleneck_attention else wide
        if self.attention_bottleneck is not None:
            asking = self.asking_norm(self.attention_bottleneck(wide))
        gathered = self.attention(asking, values, mask, training=training)
        data = self.attention_norm(gathered + data)
        for layer, norm in self._feed_forwards():
            data = norm(layer(data, training=training) + data)
        data = self.dropout(self.output_bottleneck(data), training=training)
        return self.output_norm(data + wide)

    def compute_output_shape(self, inputs_shape):
        return inputs_shape[0]
