"""Turns windows of questions and contexts into records."""

import itertools
from collections.abc import Iterable, Iterator

import numpy as np

from nlp_modeling import text
from nlp_modeling.data.question_answering.squad_windows import SquadWindow
from nlp_modeling.data.records import features, ragged_rows
from nlp_modeling.data.records.encode_examples import encode_examples


def encode_squad_windows(
    windows: Iterable[SquadWindow],
    tokenizer: text.BertTokenizer,
    sequence_length: int,
    labeled: bool = True,
    batch_size: int = 2048,
) -> Iterator[bytes]:
    """Turns windows of questions and contexts into records.

    Args:
        windows: Windows of at most `sequence_length` word pieces.
        tokenizer: The tokenizer of the windows. Knows the special tokens.
        sequence_length: The length of every sequence, padding included.
        labeled: Whether records hold the positions of the answer.
        batch_size: The number of windows that are encoded at once.

    Yields:
        A serialized `tf.train.Example` for each window: of
        `features.SPAN_LABELING`, or of `features.SPAN_PREDICTION`.
    """
    packer = text.SegmentPacker(sequence_length, tokenizer)
    kind = features.SPAN_LABELING if labeled else features.SPAN_PREDICTION
    windows = iter(windows)
    while batch := list(itertools.islice(windows, batch_size)):
        segments = [
            ragged_rows.join([window.question_ids for window in batch]),
            ragged_rows.join([window.context_ids for window in batch]),
        ]
        arrays = {k: v.numpy() for k, v in packer(segments).items()}
        arrays["unique_ids"] = np.array([w.unique_id for w in batch])
        arrays["start_positions"] = np.array([w.start_position for w in batch])
        arrays["end_positions"] = np.array([w.end_position for w in batch])
        yield from encode_examples(kind, arrays)
