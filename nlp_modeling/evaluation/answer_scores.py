"""Scores an answer against the right answers, as SQuAD's scorers do."""

import collections
import functools
import re
import string
from collections.abc import Iterable

_PUNCTUATION = str.maketrans("", "", string.punctuation)


def answer_scores(prediction: str, answers: Iterable[str]) -> tuple[int, float]:
    """Scores an answer against the right answers, as SQuAD's scorers do.

    The right answer with the best score counts. Case, ASCII punctuation,
    articles, spaces and the order of words are ignored. An answer without words
    equals a right answer without words.

    Reference:
        SQuAD, section 6.1: https://arxiv.org/abs/1606.05250

    Args:
        prediction: The answer.
        answers: The right answers.

    Returns:
        Exact match, 0 or 1, and F1 of the words, from 0 to 1. Both are 0 if
        there is no right answer.
    """
    words = normalized_words(prediction)
    right = [normalized_words(answer) for answer in answers]
    exact = max((int(words == other) for other in right), default=0)
    return exact, max((_f1(words, other) for other in right), default=0.0)


@functools.lru_cache(maxsize=1 << 16)
def normalized_words(text: str) -> tuple[str, ...]:
    """Splits a text into its words, without case, articles and punctuation."""
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
    # This order of operations gives the official scorers' last bit.
    return 2 * precision * recall / (precision + recall)
