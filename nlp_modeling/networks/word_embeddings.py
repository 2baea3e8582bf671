"""Makes the input of an encoder's first layer from words alone."""

from nlp_modeling import layers
from nlp_modeling.layers.make_part import make_part

# Shapes: B batch, S sequence, H hidden.

_MASKS = ("input_mask", "sequence_ids")


class WordEmbeddings:
    """Makes the input of an encoder's first layer from words alone.

    It makes layers once, and each call applies them. A subclass adds to the
    words in `vectors`.

    Args:
        embedding_layer: The layer that looks up the words.
        norm: A part that normalizes the sum.
        dropout_rate: Share of the normalized sum dropped in training.
        dtype: Policy of the layers.

    Call arguments:
        features: Dict of `input_word_ids` and `input_mask`, int [B, S] each; of
            packed rows with `sequence_ids`, as `Encoder` has them.

    Returns:
        float [B, S, H], and the attention mask float [B, S, S].
    """

    def __init__(self, embedding_layer, norm, dropout_rate: float, dtype):
        self._words = embedding_layer
        self._norm = make_part(norm, "embeddings_norm", dtype)
        self._dropout = layers.Dropout(
            dropout_rate, dtype=dtype, name="embeddings_dropout"
        )
        self._mask = layers.SelfAttentionMask(
            dtype=dtype, name="self_attention_mask"
        )

    def __call__(self, features):
        data = self._dropout(self._norm(self.vectors(features)))
        masks = [features[name] for name in _MASKS if name in features]
        return data, self._mask([data, *masks])

    def vectors(self, features):
        """Gives what is normalized, float [B, S, H]."""
        return self._words(features["input_word_ids"])
