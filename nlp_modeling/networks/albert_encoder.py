"""Encodes features as ALBERT does."""

import keras

from nlp_modeling import layers
from nlp_modeling.layers.require import (
    require_depth,
    require_positive,
    require_positive_or_none,
    require_rate,
)
from nlp_modeling.networks.bert_embeddings import (
    BertEmbeddings,
    bert_features,
    embedding_projection,
)
from nlp_modeling.networks.bert_initializer import bert_initializer
from nlp_modeling.networks.encoder import Encoder
from nlp_modeling.networks.own_scope import own_scope
from nlp_modeling.networks.pooler import pooler

# Shapes: B batch, S sequence, H hidden, M longest sequence, V vocabulary.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class AlbertEncoder(Encoder):
    """Encodes features as ALBERT does, with one layer applied many times.

    Reference:
        ALBERT, section 3.1: https://arxiv.org/abs/1909.11942

    Args:
        vocab_size: V, the number of word pieces.
        embedding_width: Width of the embeddings, projected to H.
        hidden_size: H.
        num_layers: Times that the one layer is applied.
        num_attention_heads: Heads of the layer; they share H.
        sequence_length: S; None for any length.
        max_sequence_length: M, the number of positions that have a vector;
            None for `sequence_length`.
        type_vocab_size: The number of segment ids.
        intermediate_size: Width of the feed-forward layer.
        activation: Name or function, of the feed-forward layer.
        dropout_rate: Share dropped of the embeddings and of each part's
            output, in training.
        attention_dropout_rate: Share of the attention probabilities dropped.
        initializer: Draws kernels and tables; None for a normal distribution of
            deviation 0.02, cut at two deviations.
        return_all_encoder_outputs: A call with a list gives the output of every
            application first, instead of the last one's.
        dtype: Policy of every layer; None for the global one.
        norm_epsilon: Added to the variance in every layer normalization.
        **kwargs: `name` and `trainable`.

    Call arguments:
        inputs: Dict or list of `input_word_ids`, `input_mask` and
            `input_type_ids`, int [B, S] each.

    Returns:
        As `Encoder` says: `sequence_output` float [B, S, H], `pooled_output`
        float [B, H], and `encoder_outputs`.

    Raises:
        ValueError: As `TransformerEncoder` does.
    """

    def __init__(
        self,
        vocab_size: int,
        embedding_width: int = 128,
        hidden_size: int = 768,
        num_layers: int = 12,
        num_attention_heads: int = 12,
        sequence_length: int | None = 512,
        max_sequence_length: int | None = None,
        type_vocab_size: int = 16,
        intermediate_size: int = 3072,
        activation=layers.approximate_gelu,
        dropout_rate: float = 0.1,
        attention_dropout_rate: float = 0.1,
        initializer=None,
        return_all_encoder_outputs: bool = False,
        dtype=None,
        norm_epsilon: float = 1e-12,
        **kwargs,
    ):
        require_positive(
            vocab_size=vocab_size,
            embedding_width=embedding_width,
            hidden_size=hidden_size,
            num_attention_heads=num_attention_heads,
            type_vocab_size=type_vocab_size,
            intermediate_size=intermediate_size,
        )
        require_positive_or_none(
            sequence_length=sequence_length,
            max_sequence_length=max_sequence_length,
        )
        require_depth(num_layers=num_layers)
        require_rate(
            dropout_rate=dropout_rate,
            attention_dropout_rate=attention_dropout_rate,
        )
        initializer = initializer or bert_initializer()
        with own_scope(type(self), kwargs.get("name")):
            embedding_layer = layers.OnDeviceEmbedding(
                vocab_size,
                embedding_width,
                initializer=initializer,
                dtype=dtype,
                name="word_embeddings",
            )
            features = bert_features(sequence_length)
            embed = BertEmbeddings(
                features,
                embedding_layer,
                max_sequence_length=max_sequence_length,
                type_vocab_size=type_vocab_size,
                initializer=initializer,
                dropout_rate=dropout_rate,
                dtype=dtype,
                norm_epsilon=norm_epsilon,
            )
            shared_layer = layers.TransformerEncoderBlock(
                num_attention_heads,
                intermediate_size,
                activation,
                kernel_initializer=initializer,
                norm_epsilon=norm_epsilon,
                output_dropout=dropout_rate,
                attention_dropout=attention_dropout_rate,
                dtype=dtype,
                name="transformer",
            )
            embed.projection = embedding_projection(
                hidden_size, initializer, dtype
            )
            super().__init__(
                features,
                embedding_layer,
                embed,
                [shared_layer] * num_layers,
                pooler(hidden_size, initializer, dtype),
                return_all_encoder_outputs,
                dtype=dtype,
                **kwargs,
            )
