"""Lists the features that records hold."""

from collections.abc import Sequence

import tensorflow as tf
from google.protobuf import message

from nlp_modeling.data.records.first_records import first_records


def stored_features(files: Sequence[str]) -> frozenset[str]:
    """Lists the features of the first record, by their names on disk.

    Args:
        files: Paths of TFRecord files.

    Raises:
        ValueError: If the first record is not a `tf.train.Example`, or there
            is no file.
        tf.errors.InvalidArgumentError: If the first record is damaged.
    """
    row = first_records(files, 1)
    try:
        example = tf.train.Example.FromString(row["record"][0].numpy())
    except message.DecodeError as error:
        raise ValueError(
            "A record must be a serialized tf.train.Example. "
            f"Received: file={files[0]}, record=0: {error}."
        ) from None
    return frozenset(example.features.feature)
