"""Describes a family of models of Hugging Face."""

import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import keras

from nlp_modeling import layers, networks
from nlp_modeling.checkpoints.layer_names import LayerNames

_ACTIVATIONS = {
    "gelu": "gelu",
    "gelu_new": layers.approximate_gelu,
    "gelu_pytorch_tanh": layers.approximate_gelu,
    "relu": "relu",
    "silu": "silu",
    "swish": "silu",
}


class Family(NamedTuple):
    """Describes a family of models of Hugging Face.

    Args:
        name: The beginning of the classes' names, as in `BertForMaskedLM`.
        model_type: What `config.json` calls the family.
        prefix: Stands before the names of the encoder's weights in a model.
        encoder: The class of the encoder.
        layers: Names of the encoder's layers.
        heads: Names of the layers of each head, by the end of the class's name:
            `ForMaskedLM`. A head may use the encoder's pooler.
        repeated: Weights that repeat another one of the file, and that one.
        defaults: What a key of `config.json` is if the file does not have it.
        needed: What a key must be, if the file has it.
        sizes: The weight, and the axis of it, that has the size of a key.
        arguments: Makes the encoder's arguments of a configuration.
        depth: The key of the number of layers.
        epsilon: The key of what is added to the variance in norms; None if it
            is 1e-12.
        head_activation: The key of the activation of heads; None for the
            encoder's.
        pooler: The class of the layer that a classifier's pooler must be.
        optional: A pattern of the beginnings of paths here, of layers that an
            encoder may lack.
        fused: Weights of the file whose rows are those of several layers, and
            these layers, in the order of the rows.
        zeros: The weights here that the family does not have, and that are
            zeros.
        unused_positions: The first rows of the table of positions, which no
            token has and an encoder here does without.
        renamed: The end of the class's name, of heads that have another one.
        pooler_activations: The pooler's activation with a head, if it is not
            tanh.
        describe: Makes the configuration of an encoder; None if no encoder is
            written as this family.
    """

    name: str
    model_type: str
    prefix: str
    encoder: type[networks.Encoder]
    layers: Sequence[LayerNames]
    heads: dict[str, Sequence[LayerNames]]
    repeated: dict[str, str]
    defaults: dict[str, Any]
    needed: dict[str, Any]
    sizes: dict[str, tuple[str, int]]
    arguments: Callable[[dict], dict]
    depth: str = "num_hidden_layers"
    epsilon: str | None = "layer_norm_eps"
    head_activation: str | None = None
    pooler: type[keras.layers.Layer] = keras.layers.Dense
    optional: str = "(?!)"
    fused: Mapping[str, Sequence[str]] = types.MappingProxyType({})
    zeros: Sequence[str] = ()
    unused_positions: int = 0
    renamed: Mapping[str, str] = types.MappingProxyType({})
    pooler_activations: Mapping[str, str] = types.MappingProxyType({})
    describe: Callable[[networks.Encoder], dict] | None = None

    def architecture(self, head: str) -> str:
        """Names the class of a head, or of the encoder, "Model"."""
        return f"{self.name}{self.renamed.get(head, head)}"


def require_needed(family: Family, config: dict) -> None:
    """Raises unless a configuration has what the family needs.

    Raises:
        ValueError: Naming the key.
    """
    for key, value in family.needed.items():
        if config.get(key, value) != value:
            raise ValueError(
                f"`{key}` of {family.name} must be {value!r}. "
                f"Received: {key}={config[key]!r}."
            )


def activation(config: dict, key: str):
    """Finds the activation that a configuration names.

    Raises:
        ValueError: If it is unknown. Names the key.
    """
    if config[key] not in _ACTIVATIONS:
        raise ValueError(
            f"`{key}` must be one of {list(_ACTIVATIONS)}. "
            f"Received: {key}={config[key]!r}."
        )
    return _ACTIVATIONS[config[key]]


def activation_name(function) -> str:
    """Names an activation as a configuration does.

    Raises:
        ValueError: If Hugging Face has no name for it.
    """
    for name, known in _ACTIVATIONS.items():
        if keras.activations.get(known) is keras.activations.get(function):
            return name
    raise ValueError(
        f"An activation must be one of {list(_ACTIVATIONS)}. "
        f"Received: {function!r}."
    )
