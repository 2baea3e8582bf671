"""Turns scores of positions in windows into answers."""

import dataclasses
import heapq
import itertools
from collections.abc import Iterable

import numpy as np

from nlp_modeling import data

# Shapes: W windows, S sequence, N best starts and ends of a window.

# Windows whose pairs of starts and ends are compared at once.
_BATCH = 2048


@dataclasses.dataclass(frozen=True)
class SpanCandidate:
    """A possible answer: a span of the context, or none.

    Args:
        text: `context[start:end]`, or "" for no answer.
        start: Its first character, -1 for no answer.
        end: Where it ends, exclusive, -1 for no answer.
        start_logit: The score of its first position.
        end_logit: The score of its last position.
        probability: Its share among the candidates of its question.
    """

    text: str
    start: int
    end: int
    start_logit: float
    end_logit: float
    probability: float = 1.0

    @property
    def score(self) -> float:
        """The sum of both logits."""
        return self.start_logit + self.end_logit


@dataclasses.dataclass(frozen=True)
class RankedAnswers:
    """A question's possible answers.

    Args:
        question: What was asked.
        candidates: The best first. No two have the same text.
        null_odds: By how much the score of no answer exceeds that of the best
            answer. `None` where a question always has one.
    """

    question: data.SquadQuestion
    candidates: tuple[SpanCandidate, ...]
    null_odds: float | None = None

    @property
    def best_text(self) -> str:
        """The best answer that is one; "" if there is none."""
        return next((c.text for c in self.candidates if c.text), "")

    def prediction(self, null_score_diff_threshold: float = 0.0) -> str:
        """The best answer, or "" where `null_odds` exceed the threshold."""
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
    """Ranks for each question the spans of its windows' contexts.

    Candidates are the pairs of a window's `n_best_size` best starts and ends
    that lie in order in the context, where the window is the one that shows
    most around the start. They are google-research/bert's, but that padding is
    never among the best; the text is the context itself, from character to
    character.

    Reference:
        BERT, sections 4.2 and 4.3: https://arxiv.org/abs/1810.04805

    Args:
        windows: W of them, those of a question one after another.
        start_logits: float [W, S].
        end_logits: float [W, S].
        n_best_size: N, and the number of candidates of a question.
        max_answer_length: The most word pieces of an answer.
        version_2_with_negative: Whether "no answer" is a candidate too, which
            [CLS] stands for, with the lowest score among the windows.

    Returns:
        In the order of the windows. A question without any candidate, such as
        one with an empty context, has none.

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
    """All pairs of good starts and ends, by window."""

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
        """Yields the candidates of some windows in a row, the best first."""
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
        """What a window gives for no answer."""
        logits = self.start_logits[row, 0], self.end_logits[row, 0]
        return SpanCandidate("", -1, -1, *map(float, logits))


def _pairs(windows, start_logits, end_logits, n, max_length):
    """Row, start and end of each pair, in the order of the windows."""
    may_start = np.zeros(start_logits.shape, bool)
    may_end = np.zeros(start_logits.shape, bool)
    is_padding = np.ones(start_logits.shape, bool)
    for row, window in enumerate(windows):
        first = window.context_position
        context = slice(first, first + len(window.context_ids))
        may_start[row, context] = window.has_most_context
        may_end[row, context] = True
        is_padding[row, : context.stop + 1] = False
    # Last of all, so that what is best does not depend on the padding.
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
    """Keeps the best `n` of different text, and always `null`."""
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
