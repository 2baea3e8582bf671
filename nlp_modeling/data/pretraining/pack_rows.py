"""Packs several sequences into a row, so that little of it is padding."""

from collections.abc import Sequence

import numpy as np

from nlp_modeling.data.records.packed_rows import most_sequences

# Shapes: N sequences, S places of a row, P predictions of a row.


def pack_sequences(
    arrays: dict[str, np.ndarray],
    sequence_length: int,
    max_predictions: int | None,
) -> dict[str, list[np.ndarray]]:
    """Puts sequences into rows that they share.

    Args:
        arrays: The features of N sequences, as `unpadded` gives them.
        sequence_length: S.
        max_predictions: P, if there are masks.

    Returns:
        As `pack_rows`.
    """
    masks = arrays.get("masked_lm_ids")
    rows = choose_rows(
        [len(ids) for ids in arrays["input_word_ids"]],
        sequence_length,
        most_sequences(sequence_length),
        None if masks is None else [len(ids) for ids in masks],
        max_predictions,
    )
    return pack_rows(arrays, rows)


def unpadded(arrays: dict[str, np.ndarray]) -> dict[str, Sequence]:
    """Cuts padded features to their lengths, and drops the mask.

    Args:
        arrays: `input_mask` int [N, S], and features [N, S], [N, P] or [N].

    Returns:
        The features without `input_mask`: lists of N arrays, or [N] as it was.
    """
    counts = {
        "input": arrays["input_mask"].sum(axis=1),
        "masked": arrays.get("masked_lm_weights", np.zeros([0, 0])).sum(axis=1),
    }

    def cut(name):
        lengths = counts.get(name.partition("_")[0])
        if lengths is None:
            return arrays[name]
        rows = zip(arrays[name], lengths.astype(int), strict=True)
        return [row[:length] for row, length in rows]

    return {name: cut(name) for name in arrays if name != "input_mask"}


def choose_rows(
    lengths: Sequence[int],
    sequence_length: int,
    max_sequences: int,
    num_predictions: Sequence[int] | None = None,
    max_predictions: int | None = None,
) -> list[list[int]]:
    """Chooses the sequences that share a row: best fit, longest first.

    Reference:
        Efficient Sequence Packing without Cross-contamination, section 3.1:
        https://arxiv.org/abs/2107.02027

    Args:
        lengths: Tokens of each sequence.
        sequence_length: Places of a row.
        max_sequences: The most sequences of a row.
        num_predictions: Masked tokens of each sequence; None for none.
        max_predictions: The most masked tokens of a row.

    Returns:
        For each row the indices of its sequences. Each index is in one row.
    """
    if num_predictions is None:
        num_predictions, max_predictions = np.zeros(len(lengths), int), 0
    rows, masked = [], []
    # The rows with so many places left.
    with_left = [[] for _ in range(sequence_length + 1)]
    for index in np.argsort(-np.asarray(lengths), kind="stable").tolist():
        length, more = lengths[index], num_predictions[index]
        for left in range(length, sequence_length + 1):
            found = with_left[left]
            if found and masked[found[-1]] + more <= max_predictions:
                row = found.pop()
                break
        else:
            row, left = len(rows), sequence_length
            rows.append([])
            masked.append(0)
        rows[row].append(index)
        masked[row] += more
        if len(rows[row]) < max_sequences:
            with_left[left - length].append(row)
    return rows


def pack_rows(
    arrays: dict[str, Sequence], rows: Sequence[Sequence[int]]
) -> dict[str, list[np.ndarray]]:
    """Joins the features of the sequences that share a row.

    Args:
        arrays: For each feature a value or an array for each sequence, without
            padding.
        rows: As `choose_rows` gives them.

    Returns:
        The features of each row, with `sequence_starts`, the place where each
        of its sequences begins. Positions of masked tokens count in the row.
    """
    lengths = np.array([len(ids) for ids in arrays["input_word_ids"]], int)
    starts = [np.cumsum(lengths[row]) - lengths[row] for row in rows]

    def joined(name):
        values = arrays[name]
        if name == "masked_lm_positions":
            firsts = zip(
                np.concatenate(rows), np.concatenate(starts), strict=True
            )
            values = {i: values[i] + first for i, first in firsts}
        return [np.hstack([values[i] for i in row]) for row in rows]

    return {name: joined(name) for name in arrays} | {"sequence_starts": starts}
