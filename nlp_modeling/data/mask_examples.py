"""Masks the tokens of examples that were stored without masks."""

import tensorflow as tf

from nlp_modeling import text

# Shapes: B batch, S sequence, P predictions.


def mask_examples(
    examples: dict[str, tf.Tensor | tf.RaggedTensor],
    masking: "text.MaskedLMMaskGenerator",
    seeds: tf.Tensor,
) -> dict[str, tf.Tensor | tf.RaggedTensor]:
    """Masks each example as its own seed says.

    So an example has the same masks in whatever batch it comes.

    Args:
        examples: With `input_word_ids`, ragged int32 [B, (S)].
        masking: Draws the masks.
        seeds: int64 [B, 2].

    Returns:
        `examples` with masked `input_word_ids`, and with `masked_lm_positions`,
        `masked_lm_ids` and `masked_lm_weights`: ragged [B, (P)].
    """

    def mask(row):
        words, seed = row
        masked = masking(words[tf.newaxis], seed=seed)
        return {name: values[0] for name, values in masked.items()}

    def ragged(dtype):
        return tf.RaggedTensorSpec([None], dtype, ragged_rank=0)

    masked = tf.map_fn(
        mask,
        (examples["input_word_ids"], seeds),
        fn_output_signature={
            "input_word_ids": ragged(tf.int32),
            "masked_lm_positions": ragged(tf.int32),
            "masked_lm_ids": ragged(tf.int32),
            "masked_lm_weights": ragged(tf.float32),
        },
    )
    return {**examples, **masked}
