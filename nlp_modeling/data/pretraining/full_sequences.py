"""Single segments that fill a sequence, for pretraining without pairs."""

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

    Segments do not mind lines and do not cross documents; the last one of a
    document has what is left. The first one starts inside the document's first
    `target` word pieces at random, with what stands before it as a segment of
    its own, so that duplicates differ.

    Reference:
        RoBERTa, section 4.2, DOC-SENTENCES: https://arxiv.org/abs/1907.11692

    Args:
        documents: What to cut.
        max_tokens: The target, in word pieces.
        short_seq_prob: The share of documents with a lower target, drawn from
            2 to `max_tokens`.
        rng: Decides all of this.

    Returns:
        `Segments` of `documents.ids` whose second segments are empty.
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
