"""Gives each id its learned vector."""

import keras
from keras import ops

from nlp_modeling.layers.fresh_initializer import fresh_initializer
from nlp_modeling.layers.matmul_transposed import matmul_transposed
from nlp_modeling.layers.require import require_finite, require_positive
from nlp_modeling.layers.signature_config import SignatureConfig

# Shapes: V vocabulary, W embedding width.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class OnDeviceEmbedding(SignatureConfig, keras.layers.Layer):
    """Gives each id its learned vector, and scores vectors against the table.

    The reverse call ties the scores of a masked language model to the word
    embeddings. Models share the layer and never its weight: a weight handed to
    another layer comes back from a saved model as a copy.

    Args:
        vocab_size: V, the number of ids.
        embedding_width: W, the width of a vector.
        initializer: Draws the table.
        use_one_hot: Looks up by a matrix product instead of a gather. Faster on
            accelerators, for a table of few rows.
        scale_factor: Multiplies the vectors, not the scores.

    Call arguments:
        inputs: int [...] ids; with `reverse`, float [..., W] vectors.
        reverse: Scores vectors instead of looking up ids.

    Returns:
        float [..., W]; with `reverse`, float [..., V]. An id outside [0, V)
        gives a vector of NaN on every backend and device. So a wrong id shows
        in the first loss and does not train another word.

    Raises:
        ValueError: If `vocab_size` or `embedding_width` is not positive, or
            `scale_factor` not finite.
    """

    def __init__(
        self,
        vocab_size: int,
        embedding_width: int,
        initializer="glorot_uniform",
        use_one_hot: bool = False,
        scale_factor: float | None = None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        require_positive(vocab_size=vocab_size, embedding_width=embedding_width)
        if scale_factor is not None:
            require_finite(scale_factor=scale_factor)
        self.vocab_size = vocab_size
        self.embedding_width = embedding_width
        self.initializer = keras.initializers.get(initializer)
        self.use_one_hot = use_one_hot
        self.scale_factor = scale_factor

    def build(self, inputs_shape=None):
        self.embeddings = self.add_weight(
            name="embeddings",
            shape=(self.vocab_size, self.embedding_width),
            initializer=fresh_initializer(self.initializer),
        )

    def call(self, inputs, reverse=False):
        if reverse:
            return matmul_transposed(inputs, self.embeddings)
        ids = ops.cast(inputs, "int32")
        known = (ids >= 0) & (ids < self.vocab_size)
        vectors = self._look_up(ops.where(known, ids, 0))
        if self.scale_factor is not None:
            vectors = vectors * self.scale_factor
        unknown = ops.where(known, 0.0, float("nan"))[..., None]
        return vectors + ops.cast(unknown, vectors.dtype)

    def _look_up(self, ids):
        if not self.use_one_hot:
            return ops.take(self.embeddings, ids, axis=0)
        rows = ops.one_hot(ids, self.vocab_size, dtype=self.compute_dtype)
        return ops.matmul(rows, self.embeddings)

    def compute_output_spec(self, inputs, reverse=False):
        shape = (*inputs.shape, self.embedding_width)
        if reverse:
            shape = (*inputs.shape[:-1], self.vocab_size)
        return keras.KerasTensor(shape, dtype=self.compute_dtype)
