"""A layer of what comes before numbers."""

import keras

from nlp_modeling import keras_internals


class StringLayer(keras.layers.Layer):
    """A layer that takes strings and ragged tensors as they are.

    It has no weights, and its work is TensorFlow's, eagerly, in `tf.data` and
    in a SavedModel, whatever the backend of Keras.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        keras_internals.accept_raw_inputs(self)
        self.built = True

    @classmethod
    def from_config(cls, config):
        # An argument may be a layer too: the tokenizer.
        return cls(**keras.saving.deserialize_keras_object(config))
