"""The input of BERT's first layer."""

import keras

from nlp_modeling import layers
from nlp_modeling.layers.fresh_initializer import fresh_initializer

# Shapes: B batch, S sequence, W embedding width.


def longest(sequence_length, max_sequence_length) -> int:
    """The number of positions that need a vector.

    Raises:
        ValueError: If neither is given, or the first is the greater.
    """
    if max_sequence_length is None:
        max_sequence_length = sequence_length
    if max_sequence_length is None:
        raise ValueError(
            "`max_sequence_length` must be given where `sequence_length` is "
            "None. Received: max_sequence_length=None."
        )
    if sequence_length is not None and sequence_length > max_sequence_length:
        raise ValueError(
            "`sequence_length` must not be greater than `max_sequence_length`. "
            f"Received: {sequence_length=}, {max_sequence_length=}."
        )
    return max_sequence_length


def embedding_projection(hidden_size, initializer, dtype):
    """The layer that takes embeddings of another width to the hidden size."""
    return keras.layers.Dense(
        hidden_size,
        kernel_initializer=fresh_initializer(initializer),
        dtype=dtype,
        name="embedding_projection",
    )


def bert_features(sequence_length: int | None) -> dict:
    """The inputs of BERT, int32 [B, S] each, in the order of a list.

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
    max_sequence_length: int,
    type_vocab_size: int,
    initializer,
    dropout_rate: float,
    dtype,
):
    """The input of BERT's first layer: words, positions and segments, summed.

    Reference:
        BERT, section 3 and figure 2: https://arxiv.org/abs/1810.04805

    Args:
        features: What `bert_features` gives.
        embedding_layer: The layer that looks up the words.
        max_sequence_length: The number of positions that have a vector.
        type_vocab_size: The number of segment ids.
        initializer: Draws the tables.
        dropout_rate: Share of the normalized sum dropped in training.
        dtype: Policy of the layers.

    Returns:
        float [B, S, W], and the attention mask float [B, S, S].
    """
    words = embedding_layer(features["input_word_ids"])
    positions = layers.PositionEmbedding(
        max_sequence_length,
        initializer=fresh_initializer(initializer),
        dtype=dtype,
        name="position_embedding",
    )(words)
    types = layers.OnDeviceEmbedding(
        type_vocab_size,
        words.shape[-1],
        initializer=fresh_initializer(initializer),
        use_one_hot=True,
        dtype=dtype,
        name="type_embeddings",
    )(features["input_type_ids"])
    data = keras.layers.LayerNormalization(
        epsilon=1e-12, dtype=dtype, name="embeddings_norm"
    )(words + positions + types)
    data = layers.Dropout(dropout_rate, dtype=dtype, name="embeddings_dropout")(
        data
    )
    mask = layers.SelfAttentionMask(dtype=dtype, name="self_attention_mask")(
        [data, features["input_mask"]]
    )
    return data, mask
