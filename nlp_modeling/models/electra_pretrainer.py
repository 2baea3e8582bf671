"""Learns to tell the words that a small generator replaced."""

import keras
from keras import ops

from nlp_modeling import layers, networks, text
from nlp_modeling.layers.require import require_positive_or_none
from nlp_modeling.models.encoded_model import EncodedModel, features_of_rows

# Shapes: B batch, S sequence, P predictions, N sequences of a packed row, V
# vocabulary.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class ElectraPretrainer(EncodedModel):
    """Learns to tell the words that a small generator replaced.

    The generator predicts masked words as BERT does, and draws a word for each.
    The network scores every token as one that was replaced. Both look up words
    in one table. Pretraining keeps the network, and drops the generator.

    Reference:
        ELECTRA, section 3: https://arxiv.org/abs/2003.10555

    Args:
        network: The encoder that learns, the discriminator.
        generator: Arguments of the generator, a `TransformerEncoder`, such as
            `hidden_size`, `num_layers`, `num_attention_heads` and
            `intermediate_size`. The paper's has a quarter of the network's
            widths and heads.
        activation: Name or function, of the heads.
        initializer: Draws the heads' kernels.
        preprocessor: Masks texts, as `text.MaskedLMPreprocessor`; None for
            features alone.
        num_sequences: N, the most sequences of a packed row, see
            `networks.Encoder`; None for rows of one sequence.
        **kwargs: `name` and `trainable`.

    Call arguments:
        inputs: Dict or list of the network's features and, last,
            `masked_lm_positions`, `masked_lm_ids` int [B, P] and
            `masked_lm_weights` float [B, P]. With `num_sequences`, then
            `sequence_ids` int [B, S] and `sequence_starts` int [B, N].

    Returns:
        Dict of `masked_lm` float32 [B, P, V], the generator's logits, and
        `replaced_tokens` float32 [B, S, 2]: the logit that a token was
        replaced, and 1 if it was, else 0. A word that is drawn as it was before
        is not replaced.

    Raises:
        ValueError: If `num_sequences` is given and not positive.
    """

    preprocessor_class = text.MaskedLMPreprocessor

    def __init__(
        self,
        network,
        generator: dict,
        activation="gelu",
        initializer="glorot_uniform",
        preprocessor=None,
        num_sequences: int | None = None,
        **kwargs,
    ):
        require_positive_or_none(num_sequences=num_sequences)
        features, packing = features_of_rows(network, num_sequences)
        masks = {
            name: keras.Input((None,), dtype=dtype, name=name)
            for name, dtype in (
                ("masked_lm_positions", "int32"),
                ("masked_lm_ids", "int32"),
                ("masked_lm_weights", "float32"),
            )
        }
        positions, ids, weights = masks.values()
        words = features["input_word_ids"]
        table = network.get_embedding_layer()
        sizes = {
            "sequence_length": words.shape[1],
            "max_sequence_length": network.max_length,
            "dtype": network.dtype_policy,
            "name": "generator",
        }
        generator = networks.TransformerEncoder(
            table.vocab_size, embedding_layer=table, **sizes | generator
        )
        generator.pooler_layer.trainable = False  # Nothing reads it.
        # The generator may read features that the network does not.
        for name, x in generator.input.items():
            if name not in features:
                features[name] = keras.Input(
                    x.shape[1:], dtype=x.dtype, name=name
                )
        encoded = generator({**features, **packing}, positions=positions)
        logits = layers.MaskedLM(
            table,
            activation,
            initializer,
            dtype=network.dtype_policy,
            name="masked_lm",
        )(encoded["sequence_output"])
        drawn = layers.DrawWords(name="draw_words")(logits)
        replaced, original = (
            layers.put_words(words, new, positions, weights)
            for new in (drawn, ids)
        )
        encoded = network({**features, **packing, "input_word_ids": replaced})
        detect = networks.ReplacedTokenDetection(
            encoded["sequence_output"].shape[-1],
            activation,
            initializer,
            dtype=network.dtype_policy,
            name="replaced_token_detection",
        )
        was_replaced = ops.cast(ops.not_equal(replaced, original), "float32")
        outputs = {
            "masked_lm": logits,
            "replaced_tokens": ops.stack(
                [detect(encoded["sequence_output"]), was_replaced], axis=-1
            ),
        }
        features = {**features, **masks, **packing}
        super().__init__(network, features, outputs, preprocessor, **kwargs)
