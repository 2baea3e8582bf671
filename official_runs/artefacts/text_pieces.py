"""Splits texts into word pieces and their places in the text."""

import unicodedata
from typing import NamedTuple

import numpy as np

# Shapes: T word pieces of a text.

_FIRST_ACCENT = "\u0300"
# Characters that are dropped and are no accents: control, format, private use.
_NO_ACCENTS = ("Cc", "Cf", "Co")


class TextPieces(NamedTuple):
    """Holds the word pieces of a text, and their places in characters.

    Args:
        ids: List of T ids.
        starts: int [T].
        ends: int [T], exclusive.
    """

    ids: list[int]
    starts: np.ndarray
    ends: np.ndarray


def text_pieces(tokenizer, strings: list[str]) -> list[TextPieces]:
    """Splits texts into word pieces and their places in the text.

    A piece ends after the accents of its last letter, as in
    `BertTokenizer.tokenize_with_offsets`.

    Args:
        tokenizer: `tokenizers.Tokenizer` of an exported model.
        strings: The texts.
    """
    normalize = tokenizer.normalizer.normalize_str
    strips = not normalize("\u0301")
    kept = {
        id: token.content
        for id, token in tokenizer.get_added_tokens_decoder().items()
    }

    def is_accent(character):
        return (
            character >= _FIRST_ACCENT
            and character != "\ufffd"
            and not normalize(character)
            and unicodedata.category(character) not in _NO_ACCENTS
        )

    def end_of(string, id, start, end):
        if not strips or string[start:end] == kept.get(id):
            return end
        while is_accent(string[end : end + 1]):
            end += 1
        return end

    found = []
    batch = tokenizer.encode_batch(strings, add_special_tokens=False)
    for string, each in zip(strings, batch, strict=True):
        starts = [start for start, _ in each.offsets]
        ends = [
            end_of(string, id, start, end)
            for id, (start, end) in zip(each.ids, each.offsets, strict=True)
        ]
        found.append(
            TextPieces(each.ids, np.array(starts, int), np.array(ends, int))
        )
    return found
