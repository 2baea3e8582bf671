"""Cuts documents into single segments, for pretraining without pairs."""

import numpy as np

from nlp_modeling.data.pretraining.segments import Segments
from nlp_modeling.data.pretraining.tokenized_documents import TokenizedDocuments


def full_sequences(
    documents: TokenizedDocuments,
    max_tokens: int,
    short_seq_prob: float,
    rng: np.random.Generator,
) -> Segments:
    """Cuts each document into single segments of a target length.

    Segments may cross lines but not documents. The first cut of a document is
    at a random place within its first `target` word pieces, so that duplicates
    differ. The segment before that cut and the document's last segment are
    shorter.

    Reference:
        RoBERTa, section 4.2, DOC-SENTENCES: https://arxiv.org/abs/1907.11692

    Args:
        documents: The documents to cut.
        max_tokens: The target, in word pieces.
        short_seq_prob: The share of documents with a lower target, drawn from
            2 to `max_tokens`.
        rng: Decides the cuts and the targets.

    Returns:
        `Segments` of `documents.ids`. All second segments are empty.
    """
    bounds = documents.line_splits[documents.document_splits]
    starts, ends = [], []
    for begin, end in zip(bounds[:-1], bounds[1:], strict=True):
        target = max_tokens
        if rng.random() < short_seq_prob:
            target = 2 + int(rng.random() * (max_tokens - 1))
        first = begin + int(rng.random() * min(target, end - begin))
        cuts = np.unique([begin, *range(first, end, target), end])
        starts.append(cuts[:-1])
        ends.append(cuts[1:])
    starts, ends = np.concatenate(starts), np.concatenate(ends)
    return Segments(starts, ends, ends, ends, np.zeros(len(starts), bool))
