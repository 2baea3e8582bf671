"""Checks a config that was read from a file."""

import types
import typing

import keras
import typeguard

_PLAIN = {bool, float, int, str, types.NoneType}
# Layers of Keras that run or load what is no layer: code, or other files.
_CODE = {"FlaxLayer", "JaxLayer", "Lambda", "TFSMLayer", "TorchModuleWrapper"}
# What Keras keeps of a tensor or an index: data, and no class.
_DATA = {"__keras_tensor__", "__slice__", "__ellipsis__"}
_MAX_DEPTH = 100


def require_config(made: type, config: dict, path: str, depth: int = 0) -> None:
    """Requires that a config has values that a class takes, and no code.

    Keras makes objects of the dicts in a config, of any depth. Here each must
    be of a registered class, of a registered function or activation, or of a
    layer of Keras that runs no code.

    Args:
        made: The class that the config is for.
        config: Arguments by their names, as JSON has them.
        path: Names the file in errors.
        depth: How deep in another config it is.

    Raises:
        ValueError: Naming the file, and the key or the class.
    """
    hints = getattr(made.__init__, "__annotations__", {})
    for name, value in config.items():
        if name in hints and (_is_plain(hints[name]) or _is_plain(type(value))):
            try:
                typeguard.check_type(value, hints[name])
            except typeguard.TypeCheckError as error:
                raise ValueError(
                    f"`{name}` must be of the type that {made.__name__} takes "
                    f"({error}). Received: {path}: {name}={value!r:.80}."
                ) from None
        _require_known(value, path, depth)


def _is_plain(hint):
    return set(typing.get_args(hint) or [hint]) <= _PLAIN


def _require_known(value, path, depth):
    if depth > _MAX_DEPTH:
        raise ValueError(f"A config must not be this deep. Received: {path}.")
    if isinstance(value, list):
        for each in value:
            _require_known(each, path, depth + 1)
    if not isinstance(value, dict):
        return
    made = dict
    if "registered_class" in value:
        made = _registered(value["registered_class"])
        if not isinstance(made, type):
            raise _unknown(value, path)
    elif value.get("class_name") == "function":
        name = value.get("config")
        function = _registered(name) or _activation(name)
        if not isinstance(function, types.FunctionType):
            raise _unknown(value, path)
    elif "class_name" in value and "config" in value:
        made = _class(value, path)
        if isinstance(value["config"], dict):
            require_config(made, value["config"], path, depth + 1)
            value = {k: v for k, v in value.items() if k != "config"}
    require_config(dict, value, path, depth + 1)


def _class(value, path):
    name, module = value["class_name"], value.get("module") or ""
    if found := _registered(value.get("registered_name") or name):
        return found
    if (
        not isinstance(name, str)
        or not isinstance(module, str)
        or not (name in _DATA or f"{module}.".startswith("keras."))
        or name.rsplit(".")[-1] in _CODE
    ):
        raise _unknown(value, path)
    return dict


def _registered(name):
    return keras.saving.get_registered_object(name) if _is(name) else None


def _activation(name):
    return vars(keras.activations).get(name) if _is(name) else None


def _is(name):
    return isinstance(name, str)


def _unknown(value, path):
    named = {k: v for k, v in value.items() if k != "config" or _is(v)}
    return ValueError(
        "A config must name classes and functions of Keras, or registered "
        "ones (`keras.saving.register_keras_serializable`). "
        f"Received: {path}: {str(named):.200}."
    )
