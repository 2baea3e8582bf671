"""Makes configs of layers, networks and models from their arguments."""

import inspect
import types

import keras

from nlp_modeling.layers.make_part import make_part

_OF_KERAS = {"name", "trainable", "dtype"}


class SignatureConfig:
    """Makes an object's config from the arguments that constructed it.

    The signature of the constructor is the schema. Keras does the same if all
    arguments are plain numbers and strings; here they may also be initializers,
    functions, classes and layers: whatever Keras can serialize. A subclass may
    take `*args` and `**kwargs`: the config holds what was passed in them.
    """

    def __new__(cls, *args, **kwargs):
        instance = super().__new__(cls, *args, **kwargs)
        # Partial, since Keras also makes instances without any argument.
        bound = inspect.signature(cls.__init__).bind_partial(
            instance, *args, **kwargs
        )
        bound.apply_defaults()
        _keep(instance, _by_name(bound))
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

    def _record(self, **arguments):
        """Puts values into the config in place of those given."""
        _keep(self, self._arguments | arguments)

    def get_config(self):
        config = keras.layers.Layer.get_config(self)
        for name, value in self._arguments.items():
            config[name] = _serialize(value)
        return config

    @classmethod
    def from_config(cls, config):
        arguments = {name: _revive(value) for name, value in config.items()}
        *before, star = _up_to_star(inspect.signature(cls.__init__))
        if star not in arguments:
            return cls(**arguments)
        first = [arguments.pop(name) for name in before]
        return cls(*first, *arguments.pop(star), **arguments)


def _by_name(bound):
    """Gives the arguments of a call by name; `*args` only if it has any."""
    own, *parameters = bound.signature.parameters.values()
    arguments = {k: v for k, v in bound.arguments.items() if k != own.name}
    for parameter in parameters:
        if parameter.kind is parameter.VAR_KEYWORD:
            arguments |= arguments.pop(parameter.name)
        if parameter.kind is parameter.VAR_POSITIONAL:
            if not arguments[parameter.name]:
                del arguments[parameter.name]
    return {k: v for k, v in arguments.items() if k not in _OF_KERAS}


def _up_to_star(signature):
    """Lists the names before `*args` and its name; None if there is none."""
    names = []
    for name, parameter in list(signature.parameters.items())[1:]:
        names.append(name)
        if parameter.kind is parameter.VAR_POSITIONAL:
            return names
    return [None]


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
