"""Draws pairs of segments for next sentence prediction."""

import bisect

import numpy as np

from nlp_modeling.data.pretraining.segments import Segments
from nlp_modeling.data.pretraining.tokenized_documents import TokenizedDocuments


def sentence_pairs(
    documents: TokenizedDocuments,
    max_tokens: int,
    short_seq_prob: float,
    rng: np.random.Generator,
) -> Segments:
    """Draws pairs of segments for next sentence prediction.

    A document is cut into runs of whole lines. Each run is the shortest that
    reaches a target length. A run is cut between two random lines into segment
    A and its continuation. In half of the pairs segment B is the continuation.
    In the other half, and if a run has only one line, segment B is random lines
    of another document. The next run then begins with the continuation.

    Reference:
        BERT, section 3.1 and A.2: https://arxiv.org/abs/1810.04805

    Args:
        documents: The documents to draw from.
        max_tokens: The target, in word pieces of both segments together.
        short_seq_prob: The share of documents with a lower target, drawn from
            2 to `max_tokens`.
        rng: Decides all random choices.

    Returns:
        `Segments` of `documents.ids`, not truncated.
    """
    splits = documents.line_splits.tolist()
    bounds = documents.document_splits.tolist()
    pairs = []
    for document in range(len(bounds) - 1):
        start, stop = bounds[document : document + 2]
        target = max_tokens
        if rng.random() < short_seq_prob:
            target = 2 + _below(max_tokens - 1, rng)
        while start < stop:
            end = _reach(target, splits, start, stop)
            middle = start + 1 + _below(max(end - start - 1, 1), rng)
            a = splits[start], splits[middle]
            if end - start == 1 or rng.random() < 0.5:
                left = target - (a[1] - a[0])
                b = _random_lines(document, left, splits, bounds, rng)
                pairs.append((*a, *b, True))
                start = middle
            else:
                pairs.append((*a, splits[middle], splits[end], False))
                start = end
    table = np.array(pairs, np.int64).reshape(-1, 5)
    return Segments(*table[:, :4].T, is_random=table[:, 4].astype(bool))


def _random_lines(document, target, splits, bounds, rng):
    """Draws lines of another document: about `target` word pieces."""
    count = len(bounds) - 1
    other = _below(count - 1, rng) if count > 1 else 0
    other += other >= document and count > 1
    start, stop = bounds[other : other + 2]
    start += _below(stop - start, rng)
    return splits[start], splits[_reach(target, splits, start, stop)]


def _reach(target, splits, start, stop):
    """Finds the end of the shortest run of lines with `target` word pieces."""
    return bisect.bisect_left(splits, splits[start] + target, start + 1, stop)


def _below(bound, rng):
    # For a single number, `rng.integers` is ten times slower.
    return int(rng.random() * bound)
