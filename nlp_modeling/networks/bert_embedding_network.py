"""Makes the embeddings of BERT as a network of their own."""

import keras

from nlp_modeling import layers
from nlp_modeling.layers.require import (
    require_positive,
    require_positive_or_none,
    require_rate,
)
from nlp_modeling.networks.bert_embeddings import BertEmbeddings, bert_features
from nlp_modeling.networks.bert_initializer import bert_initializer

# Shapes: B batch, S sequence, H hidden.


def bert_embedding_network(
    vocab_size: int,
    type_vocab_size: int,
    hidden_size: int,
    max_seq_length: int,
    seq_length: int | None = None,
    initializer=None,
    dropout_rate: float = 0.1,
    dtype=None,
) -> keras.Model:
    """Makes the embeddings of BERT as a network of their own.

    The names are those of Model Garden's `EncoderScaffold(embedding_cfg=)`.

    Args:
        vocab_size: The number of word pieces.
        type_vocab_size: The number of segment ids.
        hidden_size: H.
        max_seq_length: The number of positions that have a vector.
        seq_length: S; None for any length.
        initializer: Draws the tables; None as for `TransformerEncoder`.
        dropout_rate: Share of the normalized sum dropped in training.
        dtype: Policy of the layers; None for the global one.

    Returns:
        A model from `input_word_ids`, `input_mask` and `input_type_ids`, int
        [B, S] each, to the list of float [B, S, H] and the attention mask float
        [B, S, S].

    Raises:
        ValueError: If a size is not positive, or the share not in [0, 1).
    """
    require_positive(
        vocab_size=vocab_size,
        type_vocab_size=type_vocab_size,
        hidden_size=hidden_size,
        max_seq_length=max_seq_length,
    )
    require_positive_or_none(seq_length=seq_length)
    require_rate(dropout_rate=dropout_rate)
    initializer = initializer or bert_initializer()
    features = bert_features(seq_length)
    words = layers.OnDeviceEmbedding(
        vocab_size,
        hidden_size,
        initializer=initializer,
        dtype=dtype,
        name="word_embeddings",
    )
    embed = BertEmbeddings(
        features,
        words,
        max_sequence_length=max_seq_length,
        type_vocab_size=type_vocab_size,
        initializer=initializer,
        dropout_rate=dropout_rate,
        dtype=dtype,
    )
    # A list keeps the order of the inputs, by which a list is matched.
    return keras.Model(
        list(features.values()), list(embed(features)), name="embeddings"
    )
