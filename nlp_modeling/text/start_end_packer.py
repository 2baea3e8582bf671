"""Puts a start and an end around a sequence, and pads it."""

import keras

from nlp_modeling.text.lazy_tensorflow import tf
from nlp_modeling.text.string_layer import StringLayer, as_batch

# Shapes: B batch, T tokens, S sequence.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class StartEndPacker(StringLayer):
    """Puts a start and an end around a sequence, and pads it.

    Args:
        sequence_length: S, the number of places, start and end included.
        start_id: The first token. None for no start.
        end_id: The last token, which truncation keeps. None for no end.
        pad_id: The token that fills the places after the end.

    Call arguments:
        ids: ragged int [B, (T)], or int [T] of one string.

    Returns:
        int32 [B, S], or [S].

    Raises:
        ValueError: If `sequence_length` has no place for a token.
    """

    def __init__(
        self,
        sequence_length: int,
        start_id: int | None = None,
        end_id: int | None = None,
        pad_id: int = 0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        around = (start_id is not None) + (end_id is not None)
        if sequence_length <= around:
            raise ValueError(
                "`sequence_length` must have a place for a token between start "
                f"and end. Received: {sequence_length=}."
            )
        self.sequence_length = sequence_length
        self.start_id = start_id
        self.end_id = end_id
        self.pad_id = pad_id

    def call(self, ids):
        ids, is_one = as_batch(ids)
        place = tf.ones([ids.nrows(), 1], tf.int32)
        start = [] if self.start_id is None else [place * self.start_id]
        end = [] if self.end_id is None else [place * self.end_id]
        ids = ids[:, : self.sequence_length - len(start) - len(end)]
        packed = tf.concat([*start, ids, *end], axis=1)
        shape = [None, self.sequence_length]
        packed = packed.to_tensor(self.pad_id, shape=shape)
        return packed[0] if is_one else packed

    def compute_output_spec(self, ids):
        # Keras has no symbolic ragged tensors.
        shape = [ids.shape[0], self.sequence_length]
        return keras.KerasTensor(shape, "int32")

    def get_config(self):
        return {
            **super().get_config(),
            "sequence_length": self.sequence_length,
            "start_id": self.start_id,
            "end_id": self.end_id,
            "pad_id": self.pad_id,
        }
