"""Makes the inputs of BERT and of its first layer."""

import functools
import inspect

import keras

from nlp_modeling import layers
from nlp_modeling.layers.fresh_initializer import fresh_initializer
from nlp_modeling.layers.make_part import make_part
from nlp_modeling.layers.require import require_finite
from nlp_modeling.networks.word_embeddings import WordEmbeddings

# Shapes: B batch, S sequence, W embedding width, H hidden.


def embedding_projection(hidden_size, initializer, dtype):
    """Makes the layer that projects embeddings to the hidden size."""
    return keras.layers.Dense(
        hidden_size,
        kernel_initializer=fresh_initializer(initializer),
        dtype=dtype,
        name="embedding_projection",
    )


def bert_features(sequence_length: int | None) -> dict:
    """Makes the inputs of BERT, int32 [B, S] each, in the order of a list.

    Args:
        sequence_length: S; None for any length.
    """
    return {
        name: keras.Input((sequence_length,), dtype="int32", name=name)
        for name in ("input_word_ids", "input_mask", "input_type_ids")
    }


class BertEmbeddings(WordEmbeddings):
    """Sums words, positions and segments into the input of the first layer.

    It makes layers once, and each call applies them.

    Reference:
        BERT, section 3 and figure 2: https://arxiv.org/abs/1810.04805

    Args:
        features: The dict that `bert_features` makes.
        embedding_layer: The layer that looks up the words.
        position_embedding: "learned", None, or a part that gives float [S, W]
            or float [B, S, W].
        max_sequence_length: The number of positions that have a learned vector;
            None for S.
        type_vocab_size: The number of segment ids.
        initializer: Draws the tables.
        dropout_rate: Share of the normalized sum dropped in training.
        dtype: Policy of the layers.
        norm_epsilon: Added to the variance.
        transform: A layer from the words' vectors to vectors of another width;
            None for none.
        norm: A part that normalizes the sum; None for a layer normalization.

    Attributes:
        width: W.
        projection: A layer from W to the hidden size H; None for W itself.

    Call arguments:
        features: As those above; of packed rows with `sequence_ids`, as
            `Encoder` has them.

    Returns:
        float [B, S, H], and the attention mask float [B, S, S].

    Raises:
        ValueError: If learned positions have no length, or S is greater, or
            `norm_epsilon` is negative or not finite. In packed rows, if the
            part of positions does not take `position_ids`.
    """

    def __init__(
        self,
        features,
        embedding_layer,
        *,
        position_embedding="learned",
        max_sequence_length: int | None,
        type_vocab_size: int,
        initializer,
        dropout_rate: float,
        dtype,
        norm_epsilon: float = 1e-12,
        transform=None,
        norm=None,
    ):
        require_finite(0, norm_epsilon=norm_epsilon)
        ids = features["input_word_ids"]
        if not isinstance(embedding_layer, keras.layers.Layer):
            raise TypeError(
                "`embedding_layer` must be a layer. "
                f"Received: {embedding_layer=!r:.80}."
            )
        # Each layer is built at once: weights are drawn in this order.
        if not embedding_layer.built:
            embedding_layer.build(ids.shape)
        words = embedding_layer.compute_output_spec(ids)
        self._transform = transform
        if transform is not None:
            transform.build(words.shape)
            words = transform.compute_output_spec(words)
        self.width = words.shape[-1]
        self.projection = self._positions = None
        if position_embedding == "learned":
            position_embedding = functools.partial(
                layers.PositionEmbedding,
                _longest(words.shape[1], max_sequence_length),
                fresh_initializer(initializer),
            )
        if position_embedding is not None:
            self._positions = make_part(
                position_embedding, "position_embedding", dtype
            )
            self._positions.build(words.shape)
        self._types = layers.OnDeviceEmbedding(
            type_vocab_size,
            self.width,
            initializer=fresh_initializer(initializer),
            use_one_hot=True,
            dtype=dtype,
            name="type_embeddings",
        )
        self._types.build(ids.shape)
        norm = norm or functools.partial(
            keras.layers.LayerNormalization, epsilon=norm_epsilon
        )
        super().__init__(embedding_layer, norm, dropout_rate, dtype)

    def __call__(self, features):
        data, mask = super().__call__(features)
        return data if self.projection is None else self.projection(data), mask

    def vectors(self, features):
        words = super().vectors(features)
        if self._transform is not None:
            words = self._transform(words)
        data = words
        if self._positions is not None:
            data = data + self._positions(words, **self._places(features))
        return data + self._types(features["input_type_ids"])

    def _places(self, features):
        """Counts the positions of each sequence of packed rows."""
        if "sequence_ids" not in features:
            return {}
        if (
            "position_ids"
            not in inspect.signature(self._positions.call).parameters
        ):
            raise ValueError(
                "Packed rows need a `position_embedding` whose call takes "
                f"`position_ids`. Received: {self._positions!r}."
            )
        return {"position_ids": layers.position_ids(features["sequence_ids"])}


def _longest(sequence_length, max_sequence_length):
    if max_sequence_length is None:
        max_sequence_length = sequence_length
    if max_sequence_length is None:
        raise ValueError(
            "`max_sequence_length` must be given if `sequence_length` is None. "
            "Received: max_sequence_length=None."
        )
    if sequence_length is not None and sequence_length > max_sequence_length:
        raise ValueError(
            "`sequence_length` must not be greater than `max_sequence_length`. "
            f"Received: {sequence_length=}, {max_sequence_length=}."
        )
    return max_sequence_length
