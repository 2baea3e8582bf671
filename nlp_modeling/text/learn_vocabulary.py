"""Learns a vocabulary of word pieces from text."""

import logging
from collections.abc import Iterable, Sequence

import numpy as np

from nlp_modeling.text.bert_tokenizer import NEEDED_TOKENS, SPECIAL_TOKENS
from nlp_modeling.text.count_words import count_words

_LOGGER = logging.getLogger(__name__)
_MAX_CHARACTERS = 1000
# A vocabulary may be this much too large before it is cut to size.
_SLACK = 1.03


def learn_vocabulary(
    lines: Iterable,
    vocab_size: int = 30522,
    reserved_tokens: Sequence[str] = SPECIAL_TOKENS,
    lower_case: bool = True,
) -> list[str]:
    """Learns a vocabulary of word pieces from text.

    Equal text gives an equal vocabulary. It holds the pieces that occur most
    often. Words that are entries themselves do not count for shorter pieces.

    Reference:
        Fast WordPiece Tokenization: https://arxiv.org/abs/2012.15524; the
        learner is tensorflow_text's.

    Args:
        lines: Text: str, bytes, arrays or tensors of strings of any shape, for
            example a `tf.data.Dataset` of batches of strings.
        vocab_size: The number of entries, reserved tokens included.
        reserved_tokens: The first entries.
        lower_case: Whether words first lose accents and case.

    Returns:
        `vocab_size` entries, or fewer if the text has fewer pieces: reserved
        tokens, characters, then pieces by descending frequency. Every character
        has its "##" form too. Rare characters may be left out.

    Raises:
        ValueError: If there is no text, a reserved token is missing or
            repeated, or `vocab_size` has no room for characters.
    """
    reserved_tokens = list(reserved_tokens)
    missing = [token for token in NEEDED_TOKENS if token not in reserved_tokens]
    if missing or len(set(reserved_tokens)) < len(reserved_tokens):
        raise ValueError(
            f"`reserved_tokens` must have {' and '.join(NEEDED_TOKENS)}, and "
            f"none twice. Received: {reserved_tokens=}."
        )
    # A character takes two entries, and characters at most half the entries.
    max_characters = (vocab_size - len(reserved_tokens)) // 4
    if max_characters < 1:
        raise ValueError(
            "`vocab_size` must have room for four entries after the reserved "
            f"tokens. Received: {vocab_size=}, {reserved_tokens=}."
        )
    counts = count_words(_strings(lines), lower_case)
    if not counts:
        raise ValueError("There must be text to learn from. Received: none.")

    from tensorflow_text.tools.wordpiece_vocab import (
        wordpiece_tokenizer_learner_lib as learner,
    )

    def learn(threshold):
        return learner.learn(
            counts,
            vocab_size,
            reserved_tokens,
            upper_thresh=threshold,
            lower_thresh=threshold,
            max_unique_chars=min(max_characters, _MAX_CHARACTERS),
        )

    vocabulary = _search(learn, counts, vocab_size)
    return _cut(vocabulary, vocab_size, reserved_tokens)


def _strings(lines):
    """Gives each string of what holds strings."""
    for line in lines:
        if isinstance(line, str):
            yield line
            continue
        found = line.numpy() if hasattr(line, "numpy") else line
        for string in np.ravel(np.asarray(found, object)):
            is_bytes = isinstance(string, bytes)
            yield string.decode("utf-8", "ignore") if is_bytes else string


def _search(learn, counts, vocab_size):
    """Learns with a high threshold that still gives enough pieces.

    A pass over all words is slow, so the next threshold is guessed. The size
    falls roughly with the square root of the threshold.
    """
    by_count = sorted(counts.values(), reverse=True)
    threshold = by_count[min(vocab_size * 4 // 5, len(by_count)) - 1]
    enough, low, high = None, 0, by_count[0] + 1
    while True:
        vocabulary = learn(threshold)
        size = len(vocabulary)
        _LOGGER.info(f"{size:,} pieces that occur {threshold:,} times")
        if vocab_size <= size <= _SLACK * vocab_size:
            return vocabulary
        if size > vocab_size:
            enough, low = vocabulary, threshold
        else:
            high = threshold
        if high - low == 1:
            return enough or vocabulary
        guess = round(threshold * (size / vocab_size) ** 2)
        threshold = min(max(guess, low + 1), high - 1)


def _cut(vocabulary, vocab_size, reserved_tokens):
    """Drops the least frequent pieces, which come last. Keeps characters."""
    kept = set(reserved_tokens)
    kept.update(p for p in vocabulary if len(p.removeprefix("##")) == 1)
    pieces = [p for p in vocabulary if p not in kept]
    kept.update(pieces[: max(vocab_size - len(kept), 0)])
    return [p for p in vocabulary if p in kept]
