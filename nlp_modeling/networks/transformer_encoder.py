"""Encodes features as BERT does, or with other parts."""

import functools

import keras

from nlp_modeling import layers
from nlp_modeling.layers.make_part import make_part
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
class TransformerEncoder(Encoder):
    """Encodes features as BERT does: embeddings, layers, a pooler.

    `position_embedding`, `block` and `final_norm` are parts: layers that the
    encoder copies, so their own weights are not used.

    Reference:
        BERT, section 3: https://arxiv.org/abs/1810.04805

    Args:
        vocab_size: V, the number of word pieces.
        hidden_size: H.
        num_layers: Transformer layers.
        num_attention_heads: Heads of each layer; they share H.
        sequence_length: S; None for any length.
        max_sequence_length: M, the number of positions that have a learned
            vector; None for `sequence_length`.
        type_vocab_size: The number of segment ids.
        intermediate_size: Width of the feed-forward layers.
        activation: Name or function, of the feed-forward layers.
        dropout_rate: Share dropped of the embeddings and of each part's
            output, in training.
        attention_dropout_rate: Share of the attention probabilities dropped.
        initializer: Draws kernels and tables; None for a normal distribution of
            deviation 0.02, cut at two deviations.
        return_all_encoder_outputs: A call with a list gives every layer's
            output first, instead of the last one's.
        output_range: The number of first positions that the last layer gives
            and works on; None for all.
        embedding_width: Width of the word embeddings, projected to H; None for
            H itself.
        embedding_layer: A layer that looks up the words, shared and not copied,
            for example another network's `get_embedding_layer()`. None for a
            new one.
        dtype: Policy of every layer; None for the global one.
        position_embedding: "learned", None, or a layer from float [B, S, W] to
            the vectors to add, float [S, W] or float [B, S, W].
        block: The pattern of every layer, called with the list
            `[data, attention_mask]`, for example an `EncoderBlock`. None for a
            `TransformerEncoderBlock` of the sizes above.
        final_norm: A layer applied to the last layer's output, as pre-norm
            needs one; None for none.
        pooler_activation: Name or function, of the pooler. DistilBERT's
            classifiers have "relu", and those of ELECTRA "gelu".
        norm_epsilon: Added to the variance in every layer normalization. A
            `block` and a `final_norm` that are given have their own.
        **kwargs: `name` and `trainable`.

    Call arguments:
        inputs: Dict or list of `input_word_ids`, `input_mask` (1 for a token, 0
            for padding) and `input_type_ids`, int [B, S] each. A dict may be of
            packed rows, see `Encoder`.

    Returns:
        As `Encoder` says: `sequence_output` float [B, S, H], `pooled_output`
        float [B, H], and `encoder_outputs`.

    Raises:
        ValueError: If a size is not positive, a share not in [0, 1),
            `hidden_size` is not divisible by `num_attention_heads`, the
            activation is unknown, `norm_epsilon` is negative or not finite,
            learned positions have no length, or `block` has no `output_range`
            to set.
    """

    def __init__(
        self,
        vocab_size: int,
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
        output_range: int | None = None,
        embedding_width: int | None = None,
        embedding_layer: keras.layers.Layer | None = None,
        dtype=None,
        position_embedding="learned",
        block=None,
        final_norm=None,
        pooler_activation="tanh",
        norm_epsilon: float = 1e-12,
        **kwargs,
    ):
        require_positive(
            vocab_size=vocab_size,
            hidden_size=hidden_size,
            num_attention_heads=num_attention_heads,
            type_vocab_size=type_vocab_size,
            intermediate_size=intermediate_size,
        )
        require_positive_or_none(
            sequence_length=sequence_length,
            max_sequence_length=max_sequence_length,
            embedding_width=embedding_width,
        )
        require_depth(num_layers=num_layers)
        require_rate(
            dropout_rate=dropout_rate,
            attention_dropout_rate=attention_dropout_rate,
        )
        if output_range is not None:
            require_positive(output_range=output_range)
        initializer = initializer or bert_initializer()
        if block is None:
            block = functools.partial(
                layers.TransformerEncoderBlock,
                num_attention_heads,
                intermediate_size,
                activation,
                kernel_initializer=initializer,
                norm_epsilon=norm_epsilon,
                output_dropout=dropout_rate,
                attention_dropout=attention_dropout_rate,
            )
        with own_scope(type(self), kwargs.get("name")):
            if embedding_layer is None:
                embedding_layer = layers.OnDeviceEmbedding(
                    vocab_size,
                    embedding_width or hidden_size,
                    initializer=initializer,
                    dtype=dtype,
                    name="word_embeddings",
                )
            features = bert_features(sequence_length)
            embed = BertEmbeddings(
                features,
                embedding_layer,
                position_embedding=position_embedding,
                max_sequence_length=max_sequence_length,
                type_vocab_size=type_vocab_size,
                initializer=initializer,
                dropout_rate=dropout_rate,
                dtype=dtype,
                norm_epsilon=norm_epsilon,
            )
            if embed.width != hidden_size:
                embed.projection = embedding_projection(
                    hidden_size, initializer, dtype
                )
            super().__init__(
                features,
                embedding_layer,
                embed,
                _blocks(block, num_layers, output_range, dtype),
                pooler(hidden_size, initializer, dtype, pooler_activation),
                return_all_encoder_outputs,
                final_norm and make_part(final_norm, "final_norm", dtype),
                dtype=dtype,
                **kwargs,
            )
        parts = {layer.name: layer for layer in self.layers}
        self._record_parts(
            position_embedding=parts.get("position_embedding"),
            block=self.transformer_layers[0],
            final_norm=self.final_norm,
        )


def _blocks(block, num_layers, output_range, dtype):
    *names, last = (f"transformer_layer_{i}" for i in range(num_layers))
    blocks = [make_part(block, name, dtype) for name in names]
    if output_range is None:
        return [*blocks, make_part(block, last, dtype)]
    blocks.append(make_part(block, last, dtype, output_range=output_range))
    if getattr(blocks[-1], "output_range", None) != output_range:
        raise ValueError(
            "`output_range` needs a `block` with an argument of that name. "
            f"Received: {output_range=}, {block=}."
        )
    return blocks
