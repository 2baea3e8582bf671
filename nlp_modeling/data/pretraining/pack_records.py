"""Packs the examples of records into rows that they share."""

from collections.abc import Callable, Sequence

import tensorflow as tf

from nlp_modeling.data.batches.evaluation_batches import evaluation_batches
from nlp_modeling.data.pretraining.pack_rows import pack_sequences, unpadded
from nlp_modeling.data.records import features
from nlp_modeling.data.records.encode_examples import encode_examples

_EXAMPLES = 8192  # that are packed together


def pack_records(
    files: Sequence[str],
    output: str,
    *,
    masked: bool,
    next_sentence: bool,
    report: Callable[[int], None] = lambda num_examples: None,
    **limits,
) -> None:
    """Packs the examples of records into rows that they share.

    Equal arguments give equal bytes.

    Args:
        files: TFRecord files of examples that are not packed.
        output: A TFRecord file.
        masked: Whether the examples hold masks.
        next_sentence: Whether they have labels of next sentences.
        report: Called with numbers of examples that were read.
        **limits: `sequence_length`, `max_predictions`, `vocab_size` and
            `num_segments`, as of `evaluation_batches`. Rows are of
            `sequence_length` places and have `max_predictions` at most.

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
    names = {each.name for each in (*plain, features.INPUT_MASK)}
    batches = evaluation_batches(files, plain, _EXAMPLES, **limits)
    with tf.io.TFRecordWriter(output) as writer:
        for batch in batches.as_numpy_iterator():
            real = batch["example_weights"] > 0
            arrays = unpadded({name: batch[name][real] for name in names})
            rows = pack_sequences(
                arrays, limits["sequence_length"], limits["max_predictions"]
            )
            for record in encode_examples(packed, rows):
                writer.write(record)
            report(int(real.sum()))
