"""Adds the learned vectors of words and of their positions."""

import keras

from nlp_modeling.layers.on_device_embedding import OnDeviceEmbedding
from nlp_modeling.layers.position_embedding import PositionEmbedding

# Shapes: B batch, S sequence, V vocabulary, M longest sequence, W width.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class TokenAndPositionEmbedding(OnDeviceEmbedding):
    """Adds the learned vectors of words and of their positions.

    `MaskedLM` takes the layer, to score words by the same vectors.

    >>> embed = layers.TokenAndPositionEmbedding(100, 16, 8)
    >>> tuple(embed(np.array([[3, 4, 5]])).shape)
    (1, 3, 8)

    Reference:
        Attention Is All You Need, sections 3.4 and 3.5:
        https://arxiv.org/abs/1706.03762

    Args:
        vocab_size: V, the number of ids.
        max_length: M, the number of positions that have a vector.
        embedding_width: W, the width of a vector.
        initializer: Draws both tables, alike: Glorot's would draw the fewer
            positions larger than the words.

    Call arguments:
        inputs: int [B, S] ids; with `reverse`, float [..., W] vectors.
        reverse: Scores vectors against the words instead of looking up ids.

    Returns:
        float [B, S, W]; with `reverse`, float [..., V].

    Raises:
        ValueError: If a size is not positive, or S is greater than M.
    """

    def __init__(
        self,
        vocab_size: int,
        max_length: int,
        embedding_width: int,
        initializer="uniform",
        **kwargs,
    ):
        super().__init__(vocab_size, embedding_width, initializer, **kwargs)
        self.position_embedding = PositionEmbedding(
            max_length,
            initializer,
            dtype=self.dtype_policy,
            name="position_embedding",
        )

    def build(self, inputs_shape=None):
        super().build(inputs_shape)
        self.position_embedding.build((None, None, self.embedding_width))

    def call(self, inputs, reverse=False):
        found = super().call(inputs, reverse)
        return found if reverse else found + self.position_embedding(found)
