"""Makes configs of layers, networks and models from their arguments."""

import inspect
import types

import keras

from nlp_modeling.layers.make_part import make_part

_OF_KERAS = {"self", "kwargs", "name", "trainable", "dtype"}


class SignatureConfig:
    """Makes an object's config from the arguments that constructed it.

    The signature of the constructor is the schema. Keras does the same if all
    arguments are plain numbers and strings; here they may also be initializers,
    functions, classes and layers: whatever Keras can serialize.
    """

    def __new__(cls, *args, **kwargs):
        instance = super().__new__(cls, *args, **kwargs)
        # Partial, since Keras also makes instances without any argument.
        bound = inspect.signature(cls.__init__).bind_partial(
            instance, *args, **kwargs
        )
        bound.apply_defaults()
        _keep(
            instance,
            {k: v for k, v in bound.arguments.items() if k not in _OF_KERAS},
        )
        return instance

    def _record_parts(self, **made):
        """Puts made layers into the config in place of the parts given.

        A function has no config, and a built layer would be built again for
        each copy that is made of it.
        """
        arguments = dict(self._arguments)
        for name, layer in made.items():
            if callable(arguments.get(name)):
                arguments[name] = make_part(
                    layer, layer.name, layer.dtype_policy
                )
        _keep(self, arguments)

    def get_config(self):
        config = keras.layers.Layer.get_config(self)
        for name, value in self._arguments.items():
            config[name] = _serialize(value)
        return config

    @classmethod
    def from_config(cls, config):
        return cls(**{name: _revive(value) for name, value in config.items()})


def _keep(instance, arguments):
    # Past __setattr__, which would track layers among the arguments, and in a
    # proxy, since Keras saves the weights of layers that it finds in a dict.
    vars(instance)["_arguments"] = types.MappingProxyType(arguments)


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
