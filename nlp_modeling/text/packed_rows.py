"""Packs segments as BERT reads them, in NumPy."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nlp_modeling.text.bert_tokenizer import BertTokenizer
from nlp_modeling.text.byte_pair_tokenizer import BytePairTokenizer

# Shapes: B rows, T word pieces of a segment, S sequence.


class PackedRows(NamedTuple):
    """Holds sequences of different lengths, as BERT reads them.

    Args:
        ids: B arrays int32 [S], special tokens included.
        type_starts: int [B], the first place of the second segment, or a place
            after the row if no segment has an id.
        pad_id: The id that fills a shorter row.
        are_cut: bool [B], whether a row lost pieces.
    """

    ids: list[np.ndarray]
    type_starts: np.ndarray
    pad_id: int
    are_cut: np.ndarray

    @property
    def lengths(self) -> np.ndarray:
        """Gives the number of word pieces of each row, int [B]."""
        return np.array([len(ids) for ids in self.ids], int)

    def features(self, rows: Sequence[int], length: int):
        """Pads some rows to one length.

        Returns:
            dict of int32 [len(rows), length]: `input_word_ids`, `input_mask`
            and `input_type_ids`, as `SegmentPacker` gives them.
        """
        places = np.arange(length)
        ids = np.full((len(rows), length), self.pad_id, "int32")
        for row, index in enumerate(rows):
            ids[row, : len(self.ids[index])] = self.ids[index]
        lengths = np.array([len(self.ids[index]) for index in rows], int)
        starts = self.type_starts[np.asarray(rows, int)]
        mask = places < lengths[:, np.newaxis]
        types = mask & (places >= starts[:, np.newaxis])
        return {
            "input_word_ids": ids,
            "input_mask": mask.astype("int32"),
            "input_type_ids": types.astype("int32"),
        }


def pack_rows(
    segments: Sequence[Sequence[np.ndarray]],
    tokenizer: BertTokenizer | BytePairTokenizer,
    sequence_length: int,
    truncation: str,
) -> PackedRows:
    """Packs segments as `SegmentPacker` does, in NumPy.

    Args:
        segments: One or two lists of B arrays int [T].
        tokenizer: Knows the special tokens, and what parts two segments.
        sequence_length: S, the most places of a row.
        truncation: As `SegmentPacker` takes it.
    """
    between = tokenizer.num_separators
    places = sequence_length - 2 - between * (len(segments) - 1)
    lengths = [np.array([len(row) for row in x], int) for x in segments]
    if len(segments) == 1:
        kept = [np.minimum(lengths[0], places)]
    elif truncation == "per_segment":
        shares = (places + 1) // 2, places // 2
        kept = list(map(np.minimum, lengths, shares))
    else:
        kept = _shrink_longest(*lengths, places)
    cls, sep = [tokenizer.cls_id], [tokenizer.sep_id]
    ids = []
    for row in range(len(segments[0])):
        pieces = [cls]
        for segment, count in zip(segments, kept, strict=True):
            pieces += [segment[row][: count[row]], sep * between]
        pieces[-1] = sep
        ids.append(np.concatenate(pieces).astype("int32"))
    starts = kept[0] + 2
    if not tokenizer.has_segments:
        starts = np.full_like(starts, sequence_length)
    return PackedRows(ids, starts, tokenizer.pad_id, sum(lengths) > sum(kept))


def _shrink_longest(a, b, places):
    """Shrinks the longer of two lengths until both fit into `places`."""
    excess = np.maximum(a + b - places, 0)
    # First the longer shrinks to the length of the shorter. Then both shrink
    # in turn, the second first.
    alone = np.minimum(excess, abs(a - b))
    both = excess - alone
    a_is_longer = a > b
    a = a - np.where(a_is_longer, alone, 0) - both // 2
    b = b - np.where(a_is_longer, 0, alone) - (both + 1) // 2
    return a, b
