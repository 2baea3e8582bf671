"""Packs the examples of records into rows that they share."""

from collections.abc import Callable, Sequence

import tensorflow as tf

from nlp_modeling.data.pretraining.pack_rows import pack_sequences, unpadded
from nlp_modeling.data.records import features
from nlp_modeling.data.records.encode_examples import encode_examples
from nlp_modeling.data.records.id_limits import id_limits
from nlp_modeling.data.records.pad_examples import pad_examples
from nlp_modeling.data.records.parse_examples import parse_examples
from nlp_modeling.data.records.read_records import read_records
from nlp_modeling.data.records.record_origins import record_origins

_EXAMPLES = 8192  # that are packed together


def pack_records(
    files: Sequence[str],
    output: str,
    *,
    masked: bool,
    next_sentence: bool,
    sequence_length: int,
    max_predictions: int | None = None,
    vocab_size: int | None = None,
    num_segments: int | None = None,
    report: Callable[[int], None] = lambda num_examples: None,
) -> None:
    """Packs the examples of records into rows that they share.

    Equal arguments give equal bytes.

    Args:
        files: TFRecord files of examples that are not packed.
        output: A TFRecord file.
        masked: Whether the examples hold masks.
        next_sentence: Whether they have labels of next sentences.
        sequence_length: S, the places of a row.
        max_predictions: The most masked tokens of a row, if there are masks.
        vocab_size: The number that ids of word pieces lie below. None for any.
        num_segments: The number that type ids lie below. None for any.
        report: Called with numbers of examples that were read.

    Raises:
        ValueError: If a file is missing or empty.
        tf.errors.InvalidArgumentError: At a damaged or invalid record.
    """
    plain, packed = (
        features.pretraining(
            masked=masked, packed=packed, next_sentence=next_sentence
        )
        for packed in (False, True)
    )
    limits = id_limits(sequence_length, vocab_size, num_segments, None)
    with tf.io.TFRecordWriter(output) as writer:
        for rows in read_records(files, _EXAMPLES):
            origins = record_origins(files, rows)
            examples = pad_examples(
                parse_examples(rows["record"], plain, origins, limits),
                plain,
                origins,
                sequence_length=sequence_length,
                max_predictions=max_predictions,
            )
            arrays = {name: x.numpy() for name, x in examples.items()}
            arrays = pack_sequences(
                unpadded(arrays), sequence_length, max_predictions
            )
            for record in encode_examples(packed, arrays):
                writer.write(record)
            report(len(origins))
