"""Serves an encoder that makes vectors of texts."""

import keras
import tensorflow as tf

from nlp_modeling import text
from nlp_modeling.serving.served_model import ServedModel

# Shapes: B batch, S sequence, H hidden.

_POOLINGS = ("mean", "first", "pooler")


class Embedder(ServedModel):
    """Serves an encoder that makes one vector of each text.

    A text that is too long loses word pieces at the end.

    Reference:
        Sentence-BERT, section 3: https://arxiv.org/abs/1908.10084

    Args:
        model: An encoder, for example `TransformerEncoder`.
        tokenizer: The tokenizer that the encoder was trained with.
        pooling: "mean" of all positions, the "first" position, or the "pooler",
            which reads the first position.
        normalize: Whether vectors have length 1. Products of vectors are then
            cosines.
        sequence_length: The number of word pieces, at most, of an input.

    Call arguments:
        text: string [B].

    Returns:
        Dict of `embedding` float32 [B, H].

    Raises:
        ValueError: If `pooling` is unknown.
    """

    outputs = {"embedding": "the text as a vector"}

    def __init__(
        self,
        model: keras.Model,
        tokenizer: text.BertTokenizer | text.BytePairTokenizer,
        pooling: str = "mean",
        normalize: bool = False,
        sequence_length: int = 128,
    ):
        if pooling not in _POOLINGS:
            raise ValueError(
                f"`pooling` must be one of {_POOLINGS}. Received: {pooling=}."
            )
        super().__init__(model, tokenizer, sequence_length)
        self.pooling = pooling
        self.normalize = normalize

    def __call__(self, strings):
        features = self._features([self.tokenizer(strings)])
        return {"embedding": self.embed(features)}

    def embed(self, features):
        """Makes vectors float32 [B, H] of packed texts, int32 [B, S]."""
        positions = {"mean": None, "first": [0], "pooler": []}[self.pooling]
        encoded = self._model(features, positions=positions)
        if self.pooling == "pooler":
            vectors = encoded["pooled_output"]
        elif self.pooling == "first":
            vectors = encoded["sequence_output"][:, 0]
        else:
            sequence = tf.cast(encoded["sequence_output"], tf.float32)
            mask = tf.cast(features["input_mask"], tf.float32)[..., tf.newaxis]
            vectors = tf.reduce_sum(sequence * mask, axis=1)
            vectors /= tf.reduce_sum(mask, axis=1)
        vectors = tf.cast(vectors, tf.float32)
        if self.normalize:
            vectors = tf.math.l2_normalize(vectors, axis=-1)
        return vectors

    @property
    def settings(self):
        return {
            **super().settings,
            "pooling": self.pooling,
            "normalize": self.normalize,
        }
