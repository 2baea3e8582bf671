"""Puts the weights of a named encoder under its name."""

import contextlib
import re

import keras


def own_scope(network_class: type, name: str | None):
    """Opens the scope of an encoder that is given a name of its own.

    The paths of weights that are built in the scope begin with the encoder's
    name, so two encoders of one model differ. An automatic name of Keras, for
    example `transformer_encoder_1`, opens no scope: it may differ in the next
    process, and the paths in a checkpoint must not.

    Args:
        network_class: The encoder's class, from which Keras makes its name.
        name: The encoder's name; None for the automatic one.

    Returns:
        A context manager, entered as the name, or as "" without a scope.
    """
    automatic = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", network_class.__name__)
    automatic = re.sub("([a-z])([A-Z])", r"\1_\2", automatic).lower()
    if name is None or re.fullmatch(rf"{automatic}(_\d+)?", name):
        return contextlib.nullcontext()
    return keras.name_scope(name)
