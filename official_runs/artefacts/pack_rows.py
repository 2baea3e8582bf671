"""Packs segments of word pieces into the features of a graph."""

from collections.abc import Sequence

import numpy as np

# Shapes: B batch, S sequence.


def pack_rows(
    rows: Sequence[Sequence[list[int]]], about: dict
) -> dict[str, np.ndarray]:
    """Packs the segments of each row, and pads a batch to its longest row.

    The longer segment loses word pieces first, as in
    https://github.com/google-research/bert/blob/master/run_classifier.py.

    Args:
        rows: B rows of one or two segments, lists of ids.
        about: The content of `artefact.json`.

    Returns:
        Dict of `input_word_ids`, `input_mask` and `input_type_ids`, int32
        [B, S].
    """
    cls, sep = [about["cls_id"]], [about["sep_id"]]
    between = sep * about["num_separators"]
    ids, types = [], []
    for segments in rows:
        segments = [list(segment) for segment in segments]
        room = about["sequence_length"] - 2 - len(between) * (len(segments) - 1)
        while sum(map(len, segments)) > room:
            # Of two equal ones, the second.
            max(reversed(segments), key=len).pop()
        first, *second = segments
        row = cls + first
        for segment in second:
            row += between + segment
        ids.append(row + sep)
        start = len(first) + 2 if about["has_segments"] else len(ids[-1])
        types.append(np.arange(len(ids[-1])) >= start)
    lengths = np.array([len(row) for row in ids])
    shape = len(rows), lengths.max(initial=1)
    features = {
        "input_word_ids": np.full(shape, about["pad_id"], "int32"),
        "input_mask": np.arange(shape[1]) < lengths[:, np.newaxis],
        "input_type_ids": np.zeros(shape, "int32"),
    }
    for row, length in enumerate(lengths):
        features["input_word_ids"][row, :length] = ids[row]
        features["input_type_ids"][row, :length] = types[row]
    features["input_mask"] = features["input_mask"].astype("int32")
    return features
