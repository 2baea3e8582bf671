"""Configs of layers, networks and models."""

import inspect

import keras

_OF_KERAS = {"self", "kwargs", "name", "trainable", "dtype"}


class SignatureConfig:
    """Makes an object's config of the arguments that constructed it.

    The signature of the constructor is the schema. Keras does the same where
    all arguments are plain numbers and strings; here they may be initializers,
    functions, classes and layers too, whatever Keras can serialize.
    """

    def __new__(cls, *args, **kwargs):
        instance = super().__new__(cls, *args, **kwargs)
        # Partial, since Keras also makes instances without any argument.
        bound = inspect.signature(cls.__init__).bind_partial(
            instance, *args, **kwargs
        )
        bound.apply_defaults()
        # Past __setattr__, which would track layers among the arguments.
        vars(instance)["_arguments"] = {
            name: value
            for name, value in bound.arguments.items()
            if name not in _OF_KERAS
        }
        return instance

    def get_config(self):
        config = keras.layers.Layer.get_config(self)
        for name, value in self._arguments.items():
            config[name] = _serialize(value)
        return config

    @classmethod
    def from_config(cls, config):
        return cls(**{name: _revive(value) for name, value in config.items()})


def _serialize(value):
    if inspect.isclass(value):  # Keras serializes objects and functions only.
        return {"registered_class": keras.saving.get_registered_name(value)}
    return keras.saving.serialize_keras_object(value)


def _revive(value):
    if isinstance(value, dict) and "registered_class" in value:
        return keras.saving.get_registered_object(value["registered_class"])
    if isinstance(value, dict):
        return keras.saving.deserialize_keras_object(value)
    return value
