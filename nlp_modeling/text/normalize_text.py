"""Cleans text as BERT does before it splits text into words."""

from nlp_modeling.text.lazy_tensorflow import tf, tf_text

# BERT drops control, format and private-use characters, except tabs and line
# ends, and the replacement character.
_DROPPED = (
    r"\x{00}-\x{08}\x{0B}\x{0C}\x{0E}-\x{1F}\x{7F}-\x{9F}"
    r"\p{Cf}\p{Co}\x{FFFD}"
)


def normalize_text(
    strings, lower_case: bool = True, strip_accents: bool | None = None
):
    """Cleans text as BERT does, and drops accents and case if asked.

    Each character is normalized alone, without regard to its neighbours.
    `source_offsets` relies on that. tensorflow_text's BERT normalizer is not
    used, because it folds compatible characters (an ellipsis becomes three
    dots). The published vocabularies were not learned from folded text.

    Args:
        strings: string [...], UTF-8. Other bytes are dropped.
        lower_case: Whether letters lose their case.
        strip_accents: Whether letters lose accents; None for `lower_case`.

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
    if strip_accents is None:
        strip_accents = lower_case
    dropped = _DROPPED
    if strip_accents:
        strings = tf_text.normalize_utf8(strings, "NFD")
        dropped += r"\p{Mn}"
    strings = tf.strings.regex_replace(strings, f"[{dropped}]+", "")
    if not lower_case:
        return strings
    # A capital sigma has two small forms. Lower-casing a whole string chooses
    # one by the next character.
    strings = tf.strings.regex_replace(strings, "Σ", "σ")
    return tf.strings.lower(strings, encoding="utf-8")
