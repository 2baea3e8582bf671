"""Serves an encoder: texts to vectors."""

import keras
import tensorflow as tf

from nlp_modeling import text
from nlp_modeling.serving.served_model import ServedModel

# Shapes: B batch, S sequence, H hidden.

_POOLINGS = ("mean", "first", "pooler")


class Embedder(ServedModel):
    """Serves an encoder: each text becomes one vector.

    What is too long loses word pieces at the end.

    Reference:
        Sentence-BERT, section 3: https://arxiv.org/abs/1908.10084

    Args:
        model: An encoder, such as `TransformerEncoder`.
        tokenizer: What the encoder was trained with.
        pooling: "mean" of all positions, the "first" alone, or the "pooler"'s
            output, which is made of the first.
        normalize: Whether vectors have length 1, so that their products are
            cosines.
        sequence_length: The most word pieces that the encoder is given.

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
        tokenizer: text.BertTokenizer,
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
        return {"embedding": vectors}

    @property
    def settings(self):
        return {
            **super().settings,
            "pooling": self.pooling,
            "normalize": self.normalize,
        }
