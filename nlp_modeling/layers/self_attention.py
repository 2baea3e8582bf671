"""Lets every position of a sequence gather from every position."""

import keras
from keras import ops

from nlp_modeling.layers.adaptable_kernels import AdaptableKernels
from nlp_modeling.layers.dropout import Dropout
from nlp_modeling.layers.fresh_initializer import fresh_initializer
from nlp_modeling.layers.require import (
    require_finite,
    require_mask,
    require_positive,
    require_positive_or_none,
    require_rate,
)
from nlp_modeling.layers.rotate_pairs import rotate_pairs
from nlp_modeling.layers.signature_config import SignatureConfig

# Shapes: B batch, S sequence, F from (asking) positions, T to (answering)
# positions, N heads, D width of a head, H = N x D hidden.

# Large enough that no score matters next to it. Finite, so that a row without
# a token attends equally to all positions and gives no NaN.
_MASKED_SCORE = -1e9


@keras.saving.register_keras_serializable(package="nlp_modeling")
class SelfAttention(SignatureConfig, AdaptableKernels, keras.layers.Layer):
    """Lets every position of a sequence gather from every position.

    Queries, keys and values come from one matrix product. Scores are summed and
    normalized in float32 under every policy. `enable_lora` adapts the four
    matrices of queries, keys, values and output, and `quantize("int8")` puts
    them into 8-bit integers, as those of Keras's `Dense`.

    References:
        Attention Is All You Need, section 3.2:
        https://arxiv.org/abs/1706.03762
        RoFormer, section 3.2: https://arxiv.org/abs/2104.09864
        Longformer, section 3.1: https://arxiv.org/abs/2004.05150

    Args:
        num_heads: N.
        dropout: Share of the attention probabilities dropped in training.
        kernel_initializer: Draws the kernels.
        bias_initializer: Draws the biases.
        use_bias: Whether the four products have biases.
        rope_theta: Queries and keys are rotated by their positions, so that
            scores depend on distances; the base of RoFormer's wavelengths,
            10,000 in the paper. None for no rotation.
        window: A position looks at those at most half of this away. None for
            everywhere.

    Call arguments:
        inputs: float [B, T, H].
        attention_mask: float, int or bool [B, F, T], 1 where a position may
            look; None for everywhere.
        asking: float [B, F, H], the vectors that the queries come from; None
            for `inputs`.
        positions: int [B, F], each in [0, T), the positions of `asking`; None
            for the first F.

    Returns:
        float [B, F, H].

    Raises:
        ValueError: If H is not divisible by `num_heads`, the width of a head is
            odd under rotation, `window` is not positive, `rope_theta` is below
            1, or the mask has another shape.
    """

    _MATRICES = {"qkv": 3, "output": 1}

    def __init__(
        self,
        num_heads: int,
        dropout: float = 0.0,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        use_bias: bool = True,
        rope_theta: float | None = None,
        window: int | None = None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        require_positive(num_heads=num_heads)
        require_rate(dropout=dropout)
        require_positive_or_none(window=window)
        if rope_theta is not None:
            require_finite(1, rope_theta=rope_theta)
        self.num_heads = num_heads
        self.use_bias = use_bias
        self.rope_theta = rope_theta
        self.window = window
        self.dropout = dropout
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        # A policy of integers is for kernels, and a dropout has none.
        is_float = self.quantization_mode is None
        self.probability_dropout = Dropout(
            dropout,
            dtype=self.dtype_policy if is_float else self.compute_dtype,
            name="probability_dropout",
        )

    def build(self, inputs_shape, *other_shapes, **named_shapes):
        width = inputs_shape[-1]
        if width % self.num_heads:
            raise ValueError(
                "The hidden size must be divisible by `num_heads`. "
                f"Received: hidden_size={width}, num_heads={self.num_heads}."
            )
        if self.rope_theta is not None and width // self.num_heads % 2:
            raise ValueError(
                "A head must have an even width to be rotated. Received: "
                f"hidden_size={width}, num_heads={self.num_heads}."
            )
        self.width = width
        for name, matrices in self._MATRICES.items():
            columns = matrices * width
            setattr(self, f"{name}_kernel", self._add_kernel(name, columns))
            if self.use_bias:
                setattr(self, f"{name}_bias", self._add_bias(name, columns))
        if self.quantization_mode is not None:
            self._quantize(self.quantization_mode)

    def _add_kernel(self, name, columns):
        return self.add_weight(
            name=f"{name}_kernel",
            shape=(self.width, columns),
            initializer=fresh_initializer(self.kernel_initializer),
        )

    def _add_bias(self, name, columns):
        return self.add_weight(
            name=f"{name}_bias",
            shape=(columns,),
            initializer=fresh_initializer(self.bias_initializer),
        )

    def call(
        self,
        inputs,
        attention_mask=None,
        asking=None,
        training=None,
        positions=None,
    ):
        query, key, value = self._query_key_value(inputs, asking)
        probabilities = self._probabilities(
            query, key, attention_mask, positions
        )
        probabilities = self.probability_dropout(
            ops.cast(probabilities, self.compute_dtype), training=training
        )
        gathered = ops.matmul(probabilities, value)
        gathered = ops.transpose(gathered, (0, 2, 1, 3))
        rows = ops.reshape(gathered, (-1, self.width))
        rows = self._project("output", rows)
        return ops.reshape(rows, (*ops.shape(gathered)[:2], self.width))

    def probabilities(self, inputs, attention_mask=None):
        """Gives how much each position gathers from each one, to look at.

        Args:
            inputs: float [B, S, H].
            attention_mask: As in a call.

        Returns:
            float32 [B, N, S, S]; each row sums to 1.
        """
        query, key, _ = self._query_key_value(inputs, None)
        return self._probabilities(query, key, attention_mask, None)

    def _probabilities(self, query, key, attention_mask, positions):
        if self.rope_theta is not None or self.window is not None:
            answering = ops.arange(ops.shape(key)[2], dtype="int32")[None]
            if positions is None:
                positions = answering[:, : ops.shape(query)[2]]
        if self.rope_theta is not None:
            query = rotate_pairs(query, positions, self.rope_theta)
            key = rotate_pairs(key, answering, self.rope_theta)
        query = query * (self.width // self.num_heads) ** -0.5
        scores = ops.matmul(query, ops.transpose(key, (0, 1, 3, 2)))
        scores = ops.cast(scores, "float32")
        if self.window is not None:
            distances = ops.abs(positions[:, :, None] - answering[:, None])
            is_far = ops.cast(distances > self.window // 2, "float32")
            scores = scores + is_far[:, None] * _MASKED_SCORE
        if attention_mask is not None:
            require_mask(attention_mask.shape, *scores.shape[2:])
            may_look = ops.cast(attention_mask, "float32")[:, None]
            scores = scores + (1.0 - may_look) * _MASKED_SCORE
        return ops.softmax(scores)

    def _query_key_value(self, inputs, asking):
        """Makes queries [B, N, F, D], keys and values [B, N, T, D]."""
        if asking is None:
            return self._heads(inputs, 0, 3)
        return *self._heads(asking, 0, 1), *self._heads(inputs, 1, 3)

    def _heads(self, inputs, first, last):
        """Makes a float [B, N, S, D] of each matrix from first up to last."""
        count = last - first
        heads = (count, self.num_heads, self.width // self.num_heads)
        # Rows: TensorFlow adds a bias within the product of two matrices only.
        rows = ops.reshape(inputs, (-1, self.width))
        rows = self._project("qkv", rows, first, last)
        projected = ops.reshape(rows, (*ops.shape(inputs)[:2], *heads))
        return ops.unstack(ops.transpose(projected, (2, 0, 3, 1, 4)), count)

    def quantize(self, mode=None, type_check=True, config=None) -> None:
        """Puts 8-bit integers into the kernels, as Keras's `Dense` does.

        Args:
            mode: `"int8"`.
            type_check: Whether to refuse a subclass, which may read the kernels
                in another way.
            config: A `keras.quantizers.Int8QuantizationConfig`; None for the
                default one.

        Raises:
            NotImplementedError: If `mode` is another one. `Model.quantize` then
                warns, and leaves the layer as it is.
        """
        if type_check and type(self) is not SelfAttention:
            raise NotImplementedError(
                "A subclass of SelfAttention must quantize itself. "
                f"Received: {type(self).__name__}."
            )
        self._quantize(mode, config)

    def compute_output_shape(
        self,
        inputs_shape,
        attention_mask_shape=None,
        asking_shape=None,
        positions_shape=None,
    ):
        return asking_shape or inputs_shape
