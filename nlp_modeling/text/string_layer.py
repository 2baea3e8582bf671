"""Gives text layers a base that takes strings and ragged tensors."""

import keras

from nlp_modeling import keras_internals


class StringLayer(keras.layers.Layer):
    """Takes strings and ragged tensors as they are. The base of text layers.

    Text layers have no weights. TensorFlow does their work on any backend of
    Keras: eagerly, in `tf.data` and in a SavedModel.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        keras_internals.accept_raw_inputs(self)
        self.built = True

    @classmethod
    def from_config(cls, config):
        # An argument may be a layer: the tokenizer.
        return cls(**keras.saving.deserialize_keras_object(config))
