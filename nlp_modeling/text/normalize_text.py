"""Cleans text as BERT does before it is split into words."""

import tensorflow as tf
import tensorflow_text as tf_text

# What BERT drops: control, format and private characters other than tab and
# the ends of lines, and the mark of bytes that could not be decoded.
_DROPPED = (
    r"\x{00}-\x{08}\x{0B}\x{0C}\x{0E}-\x{1F}\x{7F}-\x{9F}"
    r"\p{Cf}\p{Co}\x{FFFD}"
)


def normalize_text(strings, lower_case: bool = True):
    """Drops what BERT drops and, if asked, accents and the case of letters.

    Every character is treated by itself, so what becomes of it never depends
    on its neighbours; `source_offsets` relies on that. tensorflow_text's own
    BERT normalizer is not used: it folds compatible characters (an ellipsis
    becomes three dots), which the published vocabularies never saw.

    Args:
        strings: string [...], UTF-8. Other bytes are dropped.
        lower_case: Whether letters lose accents and case.

    Returns:
        string [...].
    """
    # Google's script ignores bytes that are not UTF-8. `.` does not match them.
    strings = tf.cond(
        tf.reduce_all(tf.strings.regex_full_match(strings, "(?s).*")),
        lambda: strings,
        lambda: tf.strings.unicode_transcode(
            strings, "UTF-8", "UTF-8", errors="ignore"
        ),
    )
    if not lower_case:
        return tf.strings.regex_replace(strings, f"[{_DROPPED}]+", "")
    strings = tf_text.normalize_utf8(strings, "NFD")
    strings = tf.strings.regex_replace(strings, rf"[{_DROPPED}\p{{Mn}}]+", "")
    # A capital sigma has two small forms, and lower-casing a whole string
    # picks one by what follows.
    strings = tf.strings.regex_replace(strings, "Σ", "σ")
    return tf.strings.lower(strings, encoding="utf-8")
