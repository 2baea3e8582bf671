"""Turns spans of normalized text into spans of the text as given."""

import functools
import sys

from nlp_modeling.text.lazy_tensorflow import tf
from nlp_modeling.text.normalize_text import normalize_text

# Shapes: B strings, T spans of a string, C characters of all the strings.


def source_offsets(
    strings, starts, ends, lower_case: bool, strip_accents: bool, unit: str
):
    """Turns spans of `normalize_text(strings)` into spans of `strings`.

    A span runs from the first to the last character that left a byte in it. It
    includes the accents of the last character.

    Args:
        strings: string [B], UTF-8.
        starts: ragged integer [B, (T)], in bytes of the normalized text.
        ends: ragged integer [B, (T)], exclusive.
        lower_case: An argument with which `strings` were normalized.
        strip_accents: The other argument.
        unit: "bytes" or "characters", the unit of the result.

    Returns:
        Two ragged int32 [B, (T)], starts and exclusive ends.
    """
    characters, positions = tf.strings.unicode_decode_with_offsets(
        strings, "UTF-8"
    )
    sizes, is_accent = _characters(lower_case, strip_accents)
    # From here all strings are one, so that one search finds every span.
    size = tf.cast(tf.gather(sizes, characters.values), tf.int64)
    ended = tf.cumsum(size)
    begun = ended - size
    row = starts.value_rowids()
    row_byte = tf.gather(tf.concat([[0], ended], 0), characters.row_splits)
    row_byte = tf.gather(row_byte, row)
    first = _search(ended, row_byte + tf.cast(starts.values, tf.int64), "right")
    after = _search(begun, row_byte + tf.cast(ends.values, tf.int64))
    # A span does not end between a letter and its accent.
    stops = ~tf.gather(is_accent, characters.values) | (positions.values == 0)
    stops = tf.where(tf.concat([stops, [True]], 0))[:, 0]
    after = tf.gather(stops, _search(stops, after))

    row_start = characters.row_splits
    if unit == "bytes":
        lengths = tf.cast(tf.strings.length(strings), tf.int64)
        row_start = tf.concat([[0], tf.cumsum(lengths)], 0)
        place = tf.gather(row_start, characters.value_rowids())
        place = tf.concat([place + positions.values, row_start[-1:]], 0)
        first, after = tf.gather(place, first), tf.gather(place, after)
    row_start = tf.gather(row_start, row)
    return (
        starts.with_values(tf.cast(first - row_start, tf.int32)),
        ends.with_values(tf.cast(after - row_start, tf.int32)),
    )


def _search(ascending, values, side="left"):
    return tf.searchsorted(ascending, values, side, out_type=tf.int64)


@functools.cache
def _characters(lower_case: bool, strip_accents: bool):
    """Measures what `normalize_text` leaves of each character of Unicode.

    Returns:
        Two arrays [1114112]: uint8, how many bytes are left of a character, and
        bool, whether it is an accent that is dropped.
    """
    with tf.init_scope():
        codes = tf.range(sys.maxunicode + 1)[:, tf.newaxis]
        characters = tf.strings.unicode_encode(codes, "UTF-8")
        normalized = normalize_text(characters, lower_case, strip_accents)
        sizes = tf.strings.length(normalized)
        is_mark = tf.strings.regex_full_match(characters, r"\p{Mn}")
        return sizes.numpy().astype("uint8"), ((sizes == 0) & is_mark).numpy()
