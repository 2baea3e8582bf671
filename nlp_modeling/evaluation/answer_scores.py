"""Compares an answer with the right ones, as SQuAD's scorers do."""

import collections
import functools
import re
import string
from collections.abc import Iterable

_PUNCTUATION = str.maketrans("", "", string.punctuation)


def answer_scores(prediction: str, answers: Iterable[str]) -> tuple[int, float]:
    """Gives exact match and F1 of an answer, with the right one it is nearest.

    Case, ASCII punctuation, articles and spaces do not count. F1 is that of
    the words, without their order. No word at all agrees with none.

    Reference:
        SQuAD, section 6.1: https://arxiv.org/abs/1606.05250

    Args:
        prediction: The answer.
        answers: The right ones.

    Returns:
        0 or 1, and a number from 0 to 1. Both 0 where nothing is right.
    """
    words = normalized_words(prediction)
    right = [normalized_words(answer) for answer in answers]
    exact = max((int(words == other) for other in right), default=0)
    return exact, max((_f1(words, other) for other in right), default=0.0)


@functools.lru_cache(maxsize=1 << 16)
def normalized_words(text: str) -> tuple[str, ...]:
    """Gives the words of a text that count."""
    text = text.lower().translate(_PUNCTUATION)
    return tuple(re.sub(r"\b(a|an|the)\b", " ", text).split())


def _f1(words, other):
    if not words or not other:
        return float(words == other)
    counts = collections.Counter(words) & collections.Counter(other)
    common = counts.total()
    if not common:
        return 0.0
    precision, recall = common / len(words), common / len(other)
    # In this order, to agree with the official scorers to the last bit.
    return 2 * precision * recall / (precision + recall)
