"""Splits texts into the words that are tagged."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from nlp_modeling import text
from nlp_modeling.data.records import ragged_rows


class TextWord(NamedTuple):
    """Holds a word of a text: `text[start:end]`, in characters."""

    text: str
    start: int
    end: int


def text_words(
    tokenizer: text.BertTokenizer, texts: Sequence[str]
) -> list[list[TextWord]]:
    """Splits texts into the words that the tokenizer splits into pieces.

    Each punctuation mark and each ideograph is a word.
    """
    if not len(texts):
        return []
    pieces = tokenizer.tokenize_with_offsets(
        tf.constant(texts), unit="characters"
    )
    found = []
    for string, *row in zip(
        texts, *map(ragged_rows.split, pieces), strict=True
    ):
        ids, starts, ends = row
        # The first piece of a text begins a word.
        first = np.flatnonzero(~tokenizer.continues_word[ids])
        last = np.append(first, len(ids))[1:] - 1
        found.append(
            [
                TextWord(string[a:b], int(a), int(b))
                for a, b in zip(starts[first], ends[last], strict=True)
            ]
        )
    return found
