"""Makes the inputs of BERT and of its first layer."""

import functools

import keras

from nlp_modeling import layers
from nlp_modeling.layers.fresh_initializer import fresh_initializer
from nlp_modeling.layers.make_part import make_part
from nlp_modeling.layers.require import require_finite

# Shapes: B batch, S sequence, W embedding width.


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


def bert_embeddings(
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
):
    """Sums words, positions and segments into the input of the first layer.

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

    Returns:
        float [B, S, W], and the attention mask float [B, S, S].

    Raises:
        ValueError: If learned positions have no length, or S is greater, or
            `norm_epsilon` is negative or not finite.
    """
    require_finite(0, norm_epsilon=norm_epsilon)
    words = data = embedding_layer(features["input_word_ids"])
    if position_embedding == "learned":
        position_embedding = functools.partial(
            layers.PositionEmbedding,
            _longest(words.shape[1], max_sequence_length),
            fresh_initializer(initializer),
        )
    if position_embedding is not None:
        positions = make_part(position_embedding, "position_embedding", dtype)
        data = data + positions(words)
    data = data + layers.OnDeviceEmbedding(
        type_vocab_size,
        words.shape[-1],
        initializer=fresh_initializer(initializer),
        use_one_hot=True,
        dtype=dtype,
        name="type_embeddings",
    )(features["input_type_ids"])
    data = keras.layers.LayerNormalization(
        epsilon=norm_epsilon, dtype=dtype, name="embeddings_norm"
    )(data)
    data = layers.Dropout(dropout_rate, dtype=dtype, name="embeddings_dropout")(
        data
    )
    mask = layers.SelfAttentionMask(dtype=dtype, name="self_attention_mask")(
        [data, features["input_mask"]]
    )
    return data, mask


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
