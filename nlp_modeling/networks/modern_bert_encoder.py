"""Encodes features as ModernBERT does."""

import functools

import keras

from nlp_modeling import layers
from nlp_modeling.layers.make_part import make_part
from nlp_modeling.layers.require import (
    require_depth,
    require_finite,
    require_positive,
    require_positive_or_none,
    require_rate,
)
from nlp_modeling.networks.bert_embeddings import bert_features
from nlp_modeling.networks.bert_initializer import bert_initializer
from nlp_modeling.networks.encoder import Encoder
from nlp_modeling.networks.own_scope import own_scope
from nlp_modeling.networks.pooler import pooler
from nlp_modeling.networks.word_embeddings import WordEmbeddings

# Shapes: B batch, S sequence, H hidden, V vocabulary.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class ModernBertEncoder(Encoder):
    """Encodes features as ModernBERT does.

    Against BERT: positions rotate queries and keys, the feed-forward is gated,
    normalization comes before each part, most layers look at neighbours alone,
    and there are no segments and no biases.

    Reference:
        ModernBERT, section 2.1: https://arxiv.org/abs/2412.13663

    Args:
        vocab_size: V, the number of word pieces.
        hidden_size: H.
        num_layers: Transformer layers.
        num_attention_heads: Heads of each layer; they share H.
        sequence_length: S; None for any length.
        intermediate_size: Width of the gated feed-forward layers.
        activation: Name or function, of their gates.
        global_attention_every: Of so many layers one, the first, looks at all
            positions.
        window: The other layers look at positions at most half of this away.
        rope_theta: The base of the wavelengths where a layer looks at all.
        local_rope_theta: The base in the other layers.
        norm: A part, made for every normalization; None for
            `LayerNormalization` without an offset.
        dropout_rate: Share dropped of the embeddings and of each part's
            output, in training.
        attention_dropout_rate: Share of the attention probabilities dropped.
        initializer: Draws kernels and tables; None for a normal distribution of
            deviation 0.02, cut at two deviations.
        return_all_encoder_outputs: A call with a list gives every layer's
            output first, instead of the last one's.
        embedding_layer: A layer that looks up the words, shared and not copied;
            None for a new one.
        dtype: Policy of every layer; None for the global one.
        pooler_layer: A part from float [B, H] to float [B, P], the pooled
            output; None for BERT's, a dense layer with tanh.
        **kwargs: `name` and `trainable`.

    Call arguments:
        inputs: Dict or list of `input_word_ids` and `input_mask`, int [B, S]
            each. A dict may be of packed rows, see `Encoder`.

    Returns:
        As `Encoder` says: `sequence_output` float [B, S, H], `pooled_output`
        float [B, H], and `encoder_outputs`.

    Raises:
        ValueError: If a size is not positive, a share not in [0, 1), a base
            below 1, or H does not divide into heads of an even width.
    """

    def __init__(
        self,
        vocab_size: int,
        hidden_size: int = 768,
        num_layers: int = 22,
        num_attention_heads: int = 12,
        sequence_length: int | None = None,
        intermediate_size: int = 1152,
        activation="gelu",
        global_attention_every: int = 3,
        window: int = 128,
        rope_theta: float = 160_000.0,
        local_rope_theta: float = 10_000.0,
        norm=None,
        dropout_rate: float = 0.0,
        attention_dropout_rate: float = 0.0,
        initializer=None,
        return_all_encoder_outputs: bool = False,
        embedding_layer: keras.layers.Layer | None = None,
        dtype=None,
        pooler_layer=None,
        **kwargs,
    ):
        require_positive(
            vocab_size=vocab_size,
            hidden_size=hidden_size,
            num_attention_heads=num_attention_heads,
            intermediate_size=intermediate_size,
            global_attention_every=global_attention_every,
            window=window,
        )
        require_positive_or_none(sequence_length=sequence_length)
        require_depth(num_layers=num_layers)
        require_rate(
            dropout_rate=dropout_rate,
            attention_dropout_rate=attention_dropout_rate,
        )
        require_finite(
            1, rope_theta=rope_theta, local_rope_theta=local_rope_theta
        )
        initializer = initializer or bert_initializer()
        norm = norm or functools.partial(
            keras.layers.LayerNormalization, epsilon=1e-5, center=False
        )
        attention = functools.partial(
            layers.SelfAttention,
            num_attention_heads,
            attention_dropout_rate,
            initializer,
            use_bias=False,
        )
        everywhere = functools.partial(attention, rope_theta=rope_theta)
        nearby = functools.partial(
            attention, rope_theta=local_rope_theta, window=window
        )
        attentions = [
            nearby if i % global_attention_every else everywhere
            for i in range(num_layers)
        ]
        feed_forward = functools.partial(
            layers.GatedFeedForward,
            intermediate_size,
            activation,
            kernel_initializer=initializer,
            use_bias=False,
        )
        with own_scope(type(self), kwargs.get("name")):
            if embedding_layer is None:
                embedding_layer = layers.OnDeviceEmbedding(
                    vocab_size,
                    hidden_size,
                    initializer=initializer,
                    dtype=dtype,
                    name="word_embeddings",
                )
            features = bert_features(sequence_length)
            del features["input_type_ids"]
            super().__init__(
                features,
                embedding_layer,
                WordEmbeddings(embedding_layer, norm, dropout_rate, dtype),
                _blocks(attentions, feed_forward, norm, dropout_rate, dtype),
                make_part(pooler_layer, "pooler_transform", dtype)
                if pooler_layer
                else pooler(hidden_size, initializer, dtype),
                return_all_encoder_outputs,
                make_part(norm, "final_norm", dtype),
                dtype=dtype,
                **kwargs,
            )
        self._record_parts(norm=self.final_norm)


def _blocks(attentions, feed_forward, norm, dropout_rate, dtype):
    return [
        layers.EncoderBlock(
            attention,
            feed_forward,
            norm,
            norm_first=True,
            dropout=dropout_rate,
            # The embeddings are normalized already.
            attention_norm=None if i else keras.layers.Identity,
            dtype=dtype,
            name=f"transformer_layer_{i}",
        )
        for i, attention in enumerate(attentions)
    ]
