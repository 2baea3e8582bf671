"""Encodes features as MobileBERT does."""

import functools

import keras

from nlp_modeling import layers
from nlp_modeling.layers.require import (
    require_depth,
    require_finite,
    require_positive,
    require_positive_or_none,
    require_rate,
)
from nlp_modeling.networks.bert_embeddings import BertEmbeddings, bert_features
from nlp_modeling.networks.bert_initializer import bert_initializer
from nlp_modeling.networks.encoder import Encoder
from nlp_modeling.networks.own_scope import own_scope
from nlp_modeling.networks.pooler import pooler

# Shapes: B batch, S sequence, H hidden, M longest sequence, V vocabulary.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class MobileBertEncoder(Encoder):
    """Encodes features as MobileBERT does, in narrow layers.

    Against BERT: a word is looked up with its two neighbours, the layers work
    in bottlenecks with several feed-forward layers, and nothing is normalized.
    It does not read packed rows: the neighbours would be other sequences'.

    Reference:
        MobileBERT, section 3: https://arxiv.org/abs/2004.02984

    Args:
        vocab_size: V, the number of word pieces.
        embedding_width: Width of the word embeddings.
        hidden_size: H, between the layers.
        num_layers: Transformer layers.
        num_attention_heads: Heads of each layer; they share its width.
        sequence_length: S; None for any length.
        max_sequence_length: M, the number of positions that have a vector;
            None for `sequence_length`.
        type_vocab_size: The number of segment ids.
        intermediate_size: Inner width of the feed-forward layers.
        activation: Name or function, of the feed-forward layers.
        intra_bottleneck_size: Width of the layers.
        key_query_shared_bottleneck: As `layers.MobileBertBlock` has it.
        use_bottleneck_attention: As `layers.MobileBertBlock` has it.
        num_feedforward_networks: Feed-forward layers of each layer.
        normalization_type: "no_norm" for `layers.NoNorm`, or "layer_norm".
        classifier_activation: Pools by a dense layer with tanh; otherwise the
            pooled output is the first position's.
        dropout_rate: Share dropped of the embeddings and of each layer's
            output, in training.
        attention_dropout_rate: Share of the attention probabilities dropped.
        initializer: Draws kernels and tables; None for a normal distribution of
            deviation 0.02, cut at two deviations.
        return_all_encoder_outputs: A call with a list gives every layer's
            output first, instead of the last one's.
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
        ValueError: As `TransformerEncoder` and `layers.MobileBertBlock` do, or
            if the rows are packed.
    """

    masked_lm_class = layers.WideMaskedLM

    def __init__(
        self,
        vocab_size: int,
        embedding_width: int = 128,
        hidden_size: int = 512,
        num_layers: int = 24,
        num_attention_heads: int = 4,
        sequence_length: int | None = 512,
        max_sequence_length: int | None = None,
        type_vocab_size: int = 2,
        intermediate_size: int = 512,
        activation="relu",
        intra_bottleneck_size: int = 128,
        key_query_shared_bottleneck: bool = True,
        use_bottleneck_attention: bool = False,
        num_feedforward_networks: int = 4,
        normalization_type: str = "no_norm",
        classifier_activation: bool = True,
        dropout_rate: float = 0.0,
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
            type_vocab_size=type_vocab_size,
        )
        require_positive_or_none(
            sequence_length=sequence_length,
            max_sequence_length=max_sequence_length,
        )
        require_depth(num_layers=num_layers)
        require_rate(dropout_rate=dropout_rate)
        require_finite(0, norm_epsilon=norm_epsilon)
        initializer = initializer or bert_initializer()
        block = functools.partial(
            layers.MobileBertBlock,
            num_attention_heads,
            intermediate_size,
            activation,
            intra_bottleneck_size,
            key_query_shared_bottleneck,
            use_bottleneck_attention,
            num_feedforward_networks,
            normalization_type,
            norm_epsilon,
            dropout_rate,
            attention_dropout_rate,
            initializer,
            dtype=dtype,
        )
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
                transform=layers.TrigramTransform(
                    hidden_size, initializer, dtype=dtype, name="trigrams"
                ),
                norm=layers.norm_part(normalization_type, norm_epsilon),
            )
            pooler_layer = keras.layers.Identity(name="pooler_transform")
            if classifier_activation:
                pooler_layer = pooler(hidden_size, initializer, dtype)
            pooler_layer.build((None, hidden_size))  # Which gives it a path.
            super().__init__(
                features,
                embedding_layer,
                embed,
                [
                    block(name=f"transformer_layer_{i}")
                    for i in range(num_layers)
                ],
                pooler_layer,
                return_all_encoder_outputs,
                dtype=dtype,
                **kwargs,
            )

    def embed(self, features):
        if "sequence_ids" in features:
            raise ValueError(
                "A MobileBertEncoder reads rows of one sequence, since a word "
                "is looked up with its neighbours. Received: sequence_ids."
            )
        return super().embed(features)
