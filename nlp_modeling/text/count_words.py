"""Counts the words of a text as BERT sees them."""

import collections
from collections.abc import Iterable, Iterator

from nlp_modeling.text.lazy_tensorflow import tf
from nlp_modeling.text.normalize_text import normalize_text

# Punctuation and ideographs: each of these characters is a word.
_WORDS_OF_ONE = (
    r"([!-/:-@\[-`{-~\p{P}\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{F900}-\x{FAFF}"
    r"\x{20000}-\x{2A6DF}\x{2A700}-\x{2CEAF}\x{2F800}-\x{2FA1F}])"
)
_BLOCK = 1 << 20  # characters


def count_words(
    lines: Iterable[str], lower_case: bool = True
) -> collections.Counter:
    """Counts the words of `lines` as `BertTokenizer` would split them.

    Args:
        lines: Text. One block of it is held in memory at a time.
        lower_case: Whether words lose accents and case.

    Returns:
        The number of times that each word occurs.
    """
    counts = collections.Counter()
    for block in _blocks(lines):
        words = tf.strings.regex_replace(
            normalize_text(block, lower_case), _WORDS_OF_ONE, r" \1 "
        )
        counts.update(words.numpy().decode("utf-8").split())
    return counts


def _blocks(lines: Iterable[str]) -> Iterator[str]:
    block, size = [], 0
    for line in lines:
        block.append(line)
        size += len(line)
        if size >= _BLOCK:
            yield "\n".join(block)
            block, size = [], 0
    yield "\n".join(block)
