"""Makes the mask of a self-attention from the mask of a sequence."""

import keras
from keras import ops

from nlp_modeling.layers.signature_config import SignatureConfig

# Shapes: B batch, F from (asking) positions, T to (answering) positions.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class SelfAttentionMask(SignatureConfig, keras.layers.Layer):
    """Makes a mask with which every position looks at every token.

    Call arguments:
        inputs: The list of float [B, F, ...], read for its shape, and int
            [B, T], 1 for a token and 0 for padding. In packed rows, where F is
            T, also int [B, T]: the number of the sequence that a place belongs
            to. A position then looks at the tokens of its sequence alone.

    Returns:
        float [B, F, T]: 1 where position F may look at T, else 0.
    """

    def call(self, inputs):
        data, to_mask, *sequence_ids = inputs
        batch, length = ops.shape(data)[:2]
        to_mask = ops.cast(to_mask, self.compute_dtype)[:, None, :]
        for ids in sequence_ids:
            same = ops.equal(ids[:, :, None], ids[:, None, :])
            return to_mask * ops.cast(same, self.compute_dtype)
        return ops.broadcast_to(to_mask, (batch, length, ops.shape(to_mask)[2]))

    def compute_output_shape(self, input_shape):
        data_shape, mask_shape, *_ = input_shape
        return (*data_shape[:2], mask_shape[1])
