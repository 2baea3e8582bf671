"""Ranks the answers of questions by the logits of their windows."""

import dataclasses
import heapq
import itertools
from collections.abc import Iterable

import numpy as np

from nlp_modeling import data

# Shapes: W windows, S sequence, N best starts and ends of a window.

# The number of windows whose starts and ends are paired at once.
_BATCH = 2048


@dataclasses.dataclass(frozen=True)
class SpanCandidate:
    """Holds a possible answer: a span of the context, or no answer.

    Args:
        text: `context[start:end]`, or "" for no answer.
        start: The index of the first character. -1 for no answer.
        end: The exclusive end. -1 for no answer.
        start_logit: The logit of the first position.
        end_logit: The logit of the last position.
        probability: The softmax of the score over the question's candidates.
    """

    text: str
    start: int
    end: int
    start_logit: float
    end_logit: float
    probability: float = 1.0

    @property
    def score(self) -> float:
        """Adds both logits."""
        return self.start_logit + self.end_logit


@dataclasses.dataclass(frozen=True)
class RankedAnswers:
    """Holds a question and its possible answers, the best first.

    Args:
        question: The question.
        candidates: Answers by descending score. All texts differ.
        null_odds: The score of "no answer" minus the score of the best answer.
            `None` if every question has an answer.
    """

    question: data.SquadQuestion
    candidates: tuple[SpanCandidate, ...]
    null_odds: float | None = None

    @property
    def best_text(self) -> str:
        """Gives the best text that is not "", or "" if there is none."""
        return next((c.text for c in self.candidates if c.text), "")

    def prediction(self, null_score_diff_threshold: float = 0.0) -> str:
        """Gives the best answer, or "" if `null_odds` exceed the threshold."""
        odds = self.null_odds
        is_refused = odds is not None and odds > null_score_diff_threshold
        return "" if is_refused else self.best_text


def squad_answers(
    windows: Iterable[data.SquadWindow],
    start_logits,
    end_logits,
    *,
    n_best_size: int = 20,
    max_answer_length: int = 30,
    version_2_with_negative: bool = False,
) -> list[RankedAnswers]:
    """Ranks the answers of questions by the logits of their windows.

    A candidate pairs one of a window's `n_best_size` best starts with one of
    its best ends. Both lie in the context, in order, and no other window shows
    more text around the start. Candidates are those of google-research/bert
    with two differences: padding is never among the best, and texts are exact
    spans of the context.

    Reference:
        BERT, sections 4.2 and 4.3: https://arxiv.org/abs/1810.04805

    Args:
        windows: W windows. Windows of a question are adjacent.
        start_logits: float [W, S].
        end_logits: float [W, S].
        n_best_size: N, and the most candidates of a question.
        max_answer_length: The most word pieces of an answer.
        version_2_with_negative: Whether "no answer" is a candidate. Its score
            is that of [CLS] in the window where this is lowest.

    Returns:
        The answers to each question, in the order of the windows. A question
        with an empty context may have no candidate.

    Raises:
        ValueError: If an argument is not positive, or the logits are not
            float [W, S] with a place for every piece of the windows.
    """
    if n_best_size < 1 or max_answer_length < 1:
        raise ValueError(
            "`n_best_size` and `max_answer_length` must be positive. Received: "
            f"{n_best_size=}, {max_answer_length=}."
        )
    windows = list(windows)
    start_logits = np.asarray(start_logits, np.float64)
    end_logits = np.asarray(end_logits, np.float64)
    _require_places(windows, start_logits, end_logits)
    spans = _Spans(
        windows, start_logits, end_logits, n_best_size, max_answer_length
    )
    answers = []
    for question, rows in itertools.groupby(
        range(len(windows)), key=lambda row: windows[row].question
    ):
        rows = list(rows)
        ranked = spans.ranked(rows)
        null = None
        if version_2_with_negative:
            null = min((spans.null(row) for row in rows), key=lambda c: c.score)
            ranked = heapq.merge(ranked, [null], key=lambda c: -c.score)
        answers.append(_answers(question, ranked, null, n_best_size))
    return answers


def _require_places(windows, start_logits, end_logits):
    longest = max(
        (w.context_position + len(w.context_ids) for w in windows), default=0
    )
    if (
        start_logits.ndim != 2
        or start_logits.shape != end_logits.shape
        or len(start_logits) != len(windows)
        or start_logits.shape[1] < longest
    ):
        raise ValueError(
            "Logits must be [windows, positions], with a place for each piece. "
            f"Received: start_logits {start_logits.shape}, end_logits "
            f"{end_logits.shape}, {len(windows)} windows of up to {longest} "
            "pieces."
        )


class _Spans:
    """Pairs the best starts and ends of each window."""

    def __init__(self, windows, start_logits, end_logits, n, max_length):
        self.windows = windows
        self.start_logits, self.end_logits = start_logits, end_logits
        pairs = [np.zeros([3, 0], np.int64)]
        for i in range(0, len(windows), _BATCH):
            batch = slice(i, i + _BATCH)
            row, start, end = _pairs(
                windows[batch],
                start_logits[batch],
                end_logits[batch],
                n,
                max_length,
            )
            pairs.append(np.stack([row + i, start, end]))
        self.rows, self.starts, self.ends = np.concatenate(pairs, axis=1)
        self.scores = (
            start_logits[self.rows, self.starts]
            + end_logits[self.rows, self.ends]
        )

    def ranked(self, rows):
        """Yields the candidates of adjacent windows, the best first."""
        first, last = np.searchsorted(self.rows, [rows[0], rows[-1] + 1])
        order = np.argsort(-self.scores[first:last], kind="stable")
        for row, start, end in zip(
            self.rows[first + order],
            self.starts[first + order],
            self.ends[first + order],
            strict=True,
        ):
            window = self.windows[row]
            starts_at = int(window.starts[start - window.context_position])
            ends_at = int(window.ends[end - window.context_position])
            yield SpanCandidate(
                window.question.context[starts_at:ends_at],
                starts_at,
                ends_at,
                float(self.start_logits[row, start]),
                float(self.end_logits[row, end]),
            )

    def null(self, row):
        """Gives the candidate "no answer" of a window."""
        logits = self.start_logits[row, 0], self.end_logits[row, 0]
        return SpanCandidate("", -1, -1, *map(float, logits))


def _pairs(windows, start_logits, end_logits, n, max_length):
    """Gives window, start and end of each pair, in the order of windows."""
    may_start = np.zeros(start_logits.shape, bool)
    may_end = np.zeros(start_logits.shape, bool)
    is_padding = np.ones(start_logits.shape, bool)
    for row, window in enumerate(windows):
        first = window.context_position
        context = slice(first, first + len(window.context_ids))
        may_start[row, context] = window.has_most_context
        may_end[row, context] = True
        is_padding[row, : context.stop + 1] = False
    # Padding sorts last, so it has no influence on the best positions.
    starts, ends = (
        np.argsort(np.where(is_padding, np.inf, -logits), kind="stable")[:, :n]
        for logits in (start_logits, end_logits)
    )
    length = ends[:, np.newaxis, :] - starts[:, :, np.newaxis] + 1
    fits = (length > 0) & (length <= max_length)
    fits &= np.take_along_axis(may_start, starts, 1)[:, :, np.newaxis]
    fits &= np.take_along_axis(may_end, ends, 1)[:, np.newaxis, :]
    row, i, j = np.nonzero(fits)
    return row, starts[row, i], ends[row, j]


def _answers(question, ranked, null, n):
    """Keeps the best `n` candidates with different texts, and always `null`."""
    best = {}
    for candidate in ranked:
        best.setdefault(candidate.text, candidate)
        if len(best) == n:
            break
    if null is not None:
        best.setdefault("", null)
    null_odds = None
    if null is not None:
        answer = next((c for c in best.values() if c.text), None)
        null_odds = null.score - (answer.score if answer else 0.0)
    scores = np.array([candidate.score for candidate in best.values()])
    shares = np.exp(scores - scores.max(initial=-np.inf))
    shares /= shares.sum()
    candidates = tuple(
        dataclasses.replace(candidate, probability=float(share))
        for candidate, share in zip(best.values(), shares, strict=True)
    )
    return RankedAnswers(question, candidates, null_odds)
