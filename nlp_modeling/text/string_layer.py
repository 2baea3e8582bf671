"""Gives text layers a base that takes strings and ragged tensors."""

import keras

from nlp_modeling import keras_internals
from nlp_modeling.text.lazy_tensorflow import tf


class StringLayer(keras.layers.Layer):
    """Takes strings and ragged tensors as they are. The base of text layers.

    Text layers have no weights. TensorFlow does their work on any backend of
    Keras: eagerly, in `tf.data` and in a SavedModel. Without TensorFlow, a
    preprocessor still takes Python's strings.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        keras_internals.accept_raw_inputs(self)
        self.built = True

    @classmethod
    def from_config(cls, config):
        # An argument may be a layer: the tokenizer.
        return cls(**keras.saving.deserialize_keras_object(config))


def as_batch(ids):
    """Makes a batch of word pieces ragged, as text layers join them.

    Args:
        ids: ragged int [B, (T)], int [B, T], or int [T] for one string.

    Returns:
        ragged int32 [B, (T)], and whether it is of one string, whose B is 1.

    Raises:
        ValueError: If `ids` have more axes, or none.
    """
    ids = tf.cast(ids, tf.int32)
    is_one = ids.shape.rank == 1
    if ids.shape.rank not in (1, 2):
        raise ValueError(
            "Word pieces must be of one string, [T], or of a batch, [B, T]. "
            f"Received: shape={ids.shape}."
        )
    if not isinstance(ids, tf.RaggedTensor):
        ids = tf.RaggedTensor.from_tensor(ids[tf.newaxis] if is_one else ids)
    return ids, is_one
