"""Holds documents as one array of word pieces."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from nlp_modeling import text

# Shapes: D documents, L lines (sentences or paragraphs), T word pieces.


@dataclasses.dataclass(frozen=True)
class TokenizedDocuments:
    """Holds documents as one array of word pieces, with lines and documents.

    Line l is `ids[line_splits[l] : line_splits[l + 1]]`; document d is the
    lines from `document_splits[d]` to `document_splits[d + 1]`. No line and no
    document is empty.

    Args:
        ids: int32 [T], the word pieces of all documents.
        line_splits: int64 [L + 1], in word pieces.
        document_splits: int64 [D + 1], in lines.
    """

    ids: np.ndarray
    line_splits: np.ndarray
    document_splits: np.ndarray

    @classmethod
    def tokenize(
        cls,
        documents: Sequence[Sequence[str]],
        tokenizer: text.BertTokenizer,
    ) -> "TokenizedDocuments":
        """Tokenizes lines, each once, and drops those without word pieces."""
        lines = [line for document in documents for line in document]
        pieces = tokenizer(tf.constant(lines, tf.string))
        lengths = pieces.row_lengths().numpy()
        owners = np.repeat(range(len(documents)), [len(d) for d in documents])
        sizes = np.bincount(owners[lengths > 0])
        return cls(
            pieces.flat_values.numpy(),
            np.append(0, np.cumsum(lengths[lengths > 0])),
            np.append(0, np.cumsum(sizes[sizes > 0])),
        )
