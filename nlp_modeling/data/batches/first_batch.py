"""Reads the first records of files, to find bad input early."""

from collections.abc import Iterable, Sequence

import tensorflow as tf

from nlp_modeling.data.files.text_files import find_files
from nlp_modeling.data.records import features as feature_declarations
from nlp_modeling.data.records.first_records import first_records
from nlp_modeling.data.records.id_limits import id_limits
from nlp_modeling.data.records.pad_examples import pad_examples
from nlp_modeling.data.records.parse_examples import parse_examples
from nlp_modeling.data.records.record_origins import record_origins


def first_batch(
    files: str | Iterable[str],
    features: Sequence[feature_declarations.Feature],
    *,
    sequence_length: int,
    max_predictions: int | None = None,
    vocab_size: int | None = None,
    num_segments: int | None = None,
    num_classes: int | None = None,
    batch_size: int = 1024,
) -> dict[str, tf.Tensor]:
    """Reads the first records of files, to find bad input early.

    It traces no pipeline, which `training_batches` does and which takes a
    second.

    Args:
        files: Paths or globs of TFRecord files.
        features: The features of the records.
        sequence_length: S, the longest accepted example, in tokens.
        max_predictions: P, the most predictions of a record. None for any.
        vocab_size: The number of entries of the vocabulary, which ids of word
            pieces lie below. None for any.
        num_segments: The most segments of an example, which type ids lie below.
            None for any.
        num_classes: The number of classes or tags, which labels lie below. None
            for any.
        batch_size: B, the most records to read.

    Returns:
        Tensors [B], [B, S] or [B, P], without masks that training draws.

    Raises:
        ValueError: If there is no file, or a file is missing or empty.
        tf.errors.InvalidArgumentError: At a damaged or invalid record. Names
            the file and the record.
    """
    files = find_files(files)
    rows = first_records(files, batch_size)
    origins = record_origins(files, rows)
    limits = id_limits(sequence_length, vocab_size, num_segments, num_classes)
    return pad_examples(
        parse_examples(rows["record"], features, origins, limits),
        features,
        origins,
        sequence_length=sequence_length,
        max_predictions=max_predictions,
    )
