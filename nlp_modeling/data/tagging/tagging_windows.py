"""Cuts tagged sentences into windows of word pieces."""

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import tensorflow as tf

from nlp_modeling import text
from nlp_modeling.data.records import ragged_rows
from nlp_modeling.data.tagging.read_conll import TaggedSentence

# Shapes: W words of a window, T its word pieces.

# The label of a piece that is not the first of its word. The loss ignores it.
IGNORED_LABEL = -1


@dataclasses.dataclass(frozen=True, eq=False)
class TaggingWindow:
    """Holds as many words of a sentence as fit: one example.

    A packed window reads `[CLS] pieces [SEP]`.

    Args:
        sentence: The index of the sentence, counted from 0.
        first_word: The index of the window's first word in the sentence.
        piece_ids: int32 [T].
        label_ids: int32 [T], the label of a word at its first piece, and
            `IGNORED_LABEL` at its other pieces.
    """

    sentence: int
    first_word: int
    piece_ids: np.ndarray
    label_ids: np.ndarray

    @property
    def word_positions(self) -> np.ndarray:
        """Finds each word's first piece in the packed sequence: int [W]."""
        return 1 + np.flatnonzero(self.label_ids != IGNORED_LABEL)


def tagging_windows(
    sentences: Iterable[TaggedSentence],
    tokenizer: text.BertTokenizer,
    tags: Sequence[str],
    sequence_length: int = 128,
    batch_size: int = 1024,
) -> Iterator[TaggingWindow]:
    """Cuts tagged sentences into windows of word pieces.

    No word is lost, and no word is cut. A word becomes one [UNK] if it has no
    pieces (a control character), or more than a window holds. So the
    predictions at `word_positions`, window by window, are a tag for each word
    of the sentences, in order.

    Args:
        sentences: Sentences. Without tags, every word has the first label.
        tokenizer: Splits each word separately.
        tags: The tags in the order of their labels.
        sequence_length: The most word pieces of a packed window.
        batch_size: The number of sentences that are tokenized at once.

    Yields:
        The windows of each sentence, in order.

    Raises:
        ValueError: If `sequence_length` has no room for a word, or a tag is not
            in `tags`.
    """
    room = sequence_length - 2
    if room < 1:
        raise ValueError(
            "`sequence_length` must hold two special tokens and a word. "
            f"Received: {sequence_length=}."
        )
    labels = {tag: label for label, tag in enumerate(tags)}
    numbered = enumerate(sentences)
    while batch := list(itertools.islice(numbered, batch_size)):
        words = _tokenize([s.words for _, s in batch], tokenizer, room)
        for (number, sentence), pieces in zip(batch, words, strict=True):
            word_labels = _word_labels(number, sentence, labels)
            for first, last in _cut([len(ids) for ids in pieces], room):
                window = slice(first, last)
                yield TaggingWindow(
                    number,
                    first,
                    np.concatenate(pieces[window]),
                    _piece_labels(pieces[window], word_labels[window]),
                )


def _word_labels(number, sentence, labels):
    unknown = [tag for tag in sentence.tags if tag not in labels]
    if unknown:
        raise ValueError(
            f"A tag must be one of {list(labels)}. Received: {unknown=} in "
            f"sentence {number}."
        )
    return [labels[tag] for tag in sentence.tags] or [0] * len(sentence.words)


def _piece_labels(words, labels):
    """Puts the label of each word at its first piece: int32 [T]."""
    ends = np.cumsum([len(ids) for ids in words])
    piece_labels = np.full(ends[-1], IGNORED_LABEL, np.int32)
    piece_labels[np.append(0, ends[:-1])] = labels
    return piece_labels


def _tokenize(sentences, tokenizer, room):
    """Yields a list for each sentence, with the pieces [T] of each word."""
    words = tokenizer(
        tf.constant(list(itertools.chain.from_iterable(sentences)))
    )
    unknown = np.array([tokenizer.unk_id], np.int32)
    words = iter(
        ids if 0 < len(ids) <= room else unknown
        for ids in ragged_rows.split(words)
    )
    for sentence in sentences:
        yield list(itertools.islice(words, len(sentence)))


def _cut(lengths, room):
    """Yields the first word and the exclusive last word of each window."""
    first = size = 0
    for word, length in enumerate(lengths):
        if size + length > room:
            yield first, word
            first, size = word, 0
        size += length
    if lengths:
        yield first, len(lengths)
