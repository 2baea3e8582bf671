"""Gives each position of a sequence a learned vector."""

import keras
from keras import ops

from nlp_modeling.layers.fresh_initializer import fresh_initializer
from nlp_modeling.layers.require import require_positive
from nlp_modeling.layers.signature_config import SignatureConfig

# Shapes: B batch, S sequence, H hidden, M longest sequence.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class PositionEmbedding(SignatureConfig, keras.layers.Layer):
    """Gives each position of a sequence a learned vector.

    Positions are absolute and counted from 0. Every example gets the same
    vectors. The result has a batch axis all the same, as in Model Garden and
    KerasHub: `keras.layers.Add` takes the first axis of a float [S, H] for the
    batch, and adds another position to each example where B equals S.

    Reference:
        BERT, section 3: https://arxiv.org/abs/1810.04805

    Args:
        max_length: M, the number of positions that have a vector.
        initializer: Draws the vectors.

    Call arguments:
        inputs: float [B, S, H]. Only its shape is read.
        position_ids: int [B, S], the positions to give the vectors of, each in
            [0, M); None for 0 to S - 1.

    Returns:
        float [B, S, H].

    Raises:
        ValueError: If `max_length` is not positive, or S is greater.
    """

    def __init__(self, max_length: int, initializer="glorot_uniform", **kwargs):
        super().__init__(**kwargs)
        require_positive(max_length=max_length)
        self.max_length = max_length
        self.initializer = keras.initializers.get(initializer)

    def build(self, inputs_shape, position_ids_shape=None):
        self.embeddings = self.add_weight(
            name="embeddings",
            shape=(self.max_length, inputs_shape[-1]),
            initializer=fresh_initializer(self.initializer),
        )

    def call(self, inputs, position_ids=None):
        if position_ids is not None:
            return ops.take(self.embeddings, position_ids, axis=0)
        length = inputs.shape[1]
        # Without this check the slice would be short and fail later.
        if length is not None and length > self.max_length:
            raise ValueError(
                "A sequence must not be longer than `max_length`. "
                f"Received: {length=}, max_length={self.max_length}."
            )
        shape = ops.shape(inputs)
        return ops.broadcast_to(self.embeddings[: shape[1]], shape)

    def compute_output_shape(self, inputs_shape, position_ids_shape=None):
        return inputs_shape
