"""Cuts questions' contexts into windows that fit an encoder."""

import dataclasses
import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from nlp_modeling import text
from nlp_modeling.data.question_answering.read_squad import SquadQuestion
from nlp_modeling.data.records import ragged_rows

# Shapes: Q pieces of the question, C pieces of the context in a window.

# google-research/bert counts windows from this number.
_FIRST_UNIQUE_ID = 1_000_000_000


@dataclasses.dataclass(frozen=True, eq=False)
class SquadWindow:
    """Holds a question and a part of its context that fits: one example.

    A packed window reads `[CLS] question [SEP] context [SEP]`, or has two [SEP]
    after the question, as RoBERTa reads it. Positions count word pieces in that
    sequence.

    Args:
        unique_id: The number of the window, equal to `unique_ids` of its
            record.
        question: The question whose context was cut.
        question_ids: int32 [Q], word pieces.
        context_ids: int32 [C], word pieces.
        starts: int32 [C], the start of each piece in `question.context`, in
            characters.
        ends: int32 [C], the exclusive end of each piece.
        has_most_context: bool [C], whether this window shows the most text
            around a piece. For each piece, this is true in one window.
        start_position: The position of the first piece of the first answer. 0,
            the position of [CLS], if the window does not hold the whole answer.
        end_position: The position of the answer's last piece, inclusive.
        num_separators: The number of [SEP] after the question.
    """

    unique_id: int
    question: SquadQuestion
    question_ids: np.ndarray
    context_ids: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    has_most_context: np.ndarray
    start_position: int = 0
    end_position: int = 0
    num_separators: int = 1

    @property
    def context_position(self) -> int:
        """Gives the position of the first piece of the context."""
        return 1 + len(self.question_ids) + self.num_separators

    def span_text(self, start_position: int, end_position: int) -> str:
        """Gives the context from one position to another, inclusive.

        Raises:
            ValueError: If the positions are not in the context, or not in
                order.
        """
        first = start_position - self.context_position
        last = end_position - self.context_position
        if not 0 <= first <= last < len(self.starts):
            raise ValueError(
                "A span must lie in the window's context. Received: "
                f"{start_position=}, {end_position=}, context_position="
                f"{self.context_position}, {len(self.starts)} pieces."
            )
        return self.question.context[self.starts[first] : self.ends[last]]


def squad_windows(
    questions: Iterable[SquadQuestion],
    tokenizer: text.BertTokenizer | text.BytePairTokenizer,
    sequence_length: int = 384,
    doc_stride: int = 128,
    max_query_length: int = 64,
    batch_size: int = 2048,
) -> Iterator[SquadWindow]:
    """Cuts questions' contexts into windows that fit an encoder.

    Equal arguments give equal windows and ids. So records hold only the inputs
    of the encoder, and prediction cuts the windows again.

    Reference:
        BERT, section 4.2: https://arxiv.org/abs/1810.04805

    Args:
        questions: Questions. Windows are numbered in their order.
        tokenizer: Splits questions and contexts.
        sequence_length: The most word pieces of a packed window.
        doc_stride: The distance between the starts of two windows, in word
            pieces of the context; at most a window, so that no piece is left
            out.
        max_query_length: Longer questions are cut to this many word pieces.
        batch_size: The number of questions that are tokenized at once.

    Yields:
        The windows of each question, from the start of its context.

    Raises:
        ValueError: If `doc_stride` is not positive, or `sequence_length` has no
            place for the longest question and a piece of the context.
    """
    if doc_stride < 1:
        raise ValueError(
            f"`doc_stride` must be positive. Received: {doc_stride=}."
        )
    special = 2 + tokenizer.num_separators
    if sequence_length <= max_query_length + special:
        raise ValueError(
            f"`sequence_length` must hold the question, {special} special "
            "tokens and a piece of the context. Received: "
            f"{sequence_length=}, {max_query_length=}."
        )
    unique_ids = itertools.count(_FIRST_UNIQUE_ID)
    for question, ids, context in _tokenize(questions, tokenizer, batch_size):
        question_ids = ids[:max_query_length]
        length = sequence_length - len(question_ids) - special
        answer = _answer_pieces(question, context)
        for pieces, has_most in _cut(len(context.ids), length, doc_stride):
            start_position = end_position = 0
            if pieces.start <= answer[0] <= answer[1] < pieces.stop:
                shift = len(question_ids) + special - 1 - pieces.start
                start_position, end_position = np.add(answer, shift)
            yield SquadWindow(
                next(unique_ids),
                question,
                question_ids,
                *(values[pieces] for values in context),
                has_most,
                int(start_position),
                int(end_position),
                tokenizer.num_separators,
            )


class _Context(NamedTuple):
    """Holds the word pieces of a context, and their offsets in characters."""

    ids: np.ndarray
    starts: np.ndarray
    ends: np.ndarray


def _tokenize(questions, tokenizer, batch_size):
    """Yields each question, its word pieces and its `_Context`."""
    questions = iter(questions)
    while batch := list(itertools.islice(questions, batch_size)):
        texts = list(dict.fromkeys(question.context for question in batch))
        pieces = tokenizer.tokenize_with_offsets(
            tf.constant(texts), unit="characters"
        )
        rows = map(_Context, *map(ragged_rows.split, pieces))
        contexts = dict(zip(texts, rows, strict=True))
        ids, *_ = tokenizer.tokenize_with_offsets(
            tf.constant([question.text for question in batch]), "characters"
        )
        for question, question_ids in zip(
            batch, ragged_rows.split(ids), strict=True
        ):
            yield question, question_ids, contexts[question.context]


def _answer_pieces(question, context):
    """Finds the first and the last piece of the first answer."""
    if not question.answers:
        return -1, -1
    answer = question.answers[0]
    stop = answer.start + len(answer.text)
    first = np.searchsorted(context.ends, answer.start, side="right")
    return first, np.searchsorted(context.starts, stop, side="left") - 1


def _cut(num_pieces, length, stride):
    """Yields each window as a slice, with its `has_most_context`."""
    if num_pieces <= length:  # A shortcut for most contexts.
        yield slice(0, num_pieces), np.ones(num_pieces, bool)
        return
    stride = min(stride, length)
    num_windows = 1 - (length - num_pieces) // stride
    starts = stride * np.arange(num_windows)[:, np.newaxis]
    stops = np.minimum(starts + length, num_pieces)
    pieces = np.arange(num_pieces)
    context = np.minimum(pieces - starts, stops - 1 - pieces)
    # If two windows show equally much on the shorter side, the longer wins.
    score = np.where(context < 0, -1, context + 0.01 * (stops - starts))
    best = score.argmax(axis=0)
    for i in range(num_windows):
        window = slice(int(starts[i, 0]), int(stops[i, 0]))
        yield window, best[window] == i
