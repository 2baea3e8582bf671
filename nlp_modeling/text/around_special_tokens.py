"""Keeps special tokens whole in a text, and tokenizes the text around them."""

import re
from collections.abc import Callable, Mapping

from nlp_modeling.text.lazy_tensorflow import tf, tf_text

# Shapes: B strings, N parts of all strings, T word pieces of a string.


def around_special_tokens(
    strings, special_ids: Mapping[str, int], tokenize: Callable, unit: str
):
    """Keeps special tokens whole in a text, and tokenizes the text around them.

    Args:
        strings: string [B], UTF-8.
        special_ids: The ids of the tokens to keep.
        tokenize: Gives the ids, starts and ends, ragged int32 [N, (T)], of
            string [N].
        unit: "bytes" or "characters", what starts and ends count.

    Returns:
        Three ragged int32 [B, (T)]: ids, starts, ends.
    """
    tokens = sorted(special_ids, key=len, reverse=True)
    pattern = f"({'|'.join(map(re.escape, tokens))})"
    # A split ends at a null character. Text is normalized without either.
    strings = tf.strings.regex_replace(strings, "\x00", "\x01")
    parts, begins, _ = tf_text.regex_split_with_offsets(
        strings, pattern, pattern
    )
    rows, parts, begins = parts.row_splits, parts.values, begins.values
    lengths = tf.strings.length(
        parts, "BYTE" if unit == "bytes" else "UTF8_CHAR"
    )
    if unit == "characters":
        total = tf.cumsum(lengths, exclusive=True)
        first = tf.repeat(rows[:-1], rows[1:] - rows[:-1])
        begins = total - tf.gather(total, first)
    begins = tf.cast(begins, tf.int32)

    same = parts[:, tf.newaxis] == tf.constant(tokens)
    is_special = tf.reduce_any(same, axis=1)
    special = tf.gather([special_ids[x] for x in tokens], tf.argmax(same, 1))
    # A special token leaves a part without word pieces.
    found = tokenize(tf.where(is_special, "", parts))

    def join(pieces, special):
        special = tf.RaggedTensor.from_row_lengths(
            tf.boolean_mask(special, is_special),
            tf.cast(is_special, tf.int64),
        )
        joined = tf.concat([pieces, special], axis=1)
        return tf.RaggedTensor.from_row_splits(
            joined.values, tf.gather(joined.row_splits, rows)
        )

    ids, starts, ends = found
    shift = tf.gather(begins, starts.value_rowids())
    return (
        join(ids, special),
        join(starts.with_values(starts.values + shift), begins),
        join(ends.with_values(ends.values + shift), begins + lengths),
    )
