"""Turns windows of tagged sentences into records."""

import itertools
from collections.abc import Iterable, Iterator

from nlp_modeling import text
from nlp_modeling.data.records import features, ragged_rows
from nlp_modeling.data.records.encode_examples import encode_examples
from nlp_modeling.data.tagging.tagging_windows import (
    IGNORED_LABEL,
    TaggingWindow,
)


def encode_tagging_windows(
    windows: Iterable[TaggingWindow],
    tokenizer: text.BertTokenizer,
    sequence_length: int,
    batch_size: int = 1024,
) -> Iterator[bytes]:
    """Turns windows of tagged sentences into records.

    Special tokens and padding have `IGNORED_LABEL`.

    Args:
        windows: Windows of at most `sequence_length` word pieces.
        tokenizer: The tokenizer of the windows. Knows the special tokens.
        sequence_length: The length of every sequence, padding included.
        batch_size: The number of windows that are encoded at once.

    Yields:
        A serialized `tf.train.Example` of `features.TAGGING` for each window.
    """
    packer = text.SegmentPacker(sequence_length, tokenizer)
    label_packer = text.StartEndPacker(
        sequence_length,
        start_id=IGNORED_LABEL,
        end_id=IGNORED_LABEL,
        pad_id=IGNORED_LABEL,
    )
    windows = iter(windows)
    while batch := list(itertools.islice(windows, batch_size)):
        pieces = ragged_rows.join([window.piece_ids for window in batch])
        labels = ragged_rows.join([window.label_ids for window in batch])
        arrays = {k: v.numpy() for k, v in packer(pieces).items()}
        arrays["label_ids"] = label_packer(labels).numpy()
        yield from encode_examples(features.TAGGING, arrays)
