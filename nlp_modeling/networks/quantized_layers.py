"""Records which layers of a model are quantized, and quantizes them again."""

import keras

from nlp_modeling import keras_internals


def quantized_layers(model: keras.Model, scope: str = "") -> list[dict]:
    """Records which layers of a model are quantized, and how.

    Args:
        model: A built model.
        scope: What the paths of its layers begin with, and the record leaves
            out: the model may have another name when it is loaded.

    Returns:
        For each mode and config the dict of `mode`, `config` and `paths`, the
        paths of its layers.
    """
    groups = []
    for layer in keras_internals.all_layers(model):
        if layer.quantization_mode is None:
            continue
        group = {
            "mode": layer.quantization_mode,
            "config": keras.saving.serialize_keras_object(
                getattr(layer, "quantization_config", None)
            ),
        }
        for known in groups:
            if group.items() <= known.items():
                break
        else:
            known = group | {"paths": []}
            groups.append(known)
        known["paths"].append(layer.path.removeprefix(scope))
    return groups


def quantize_again(model: keras.Model, groups, scope: str = "") -> None:
    """Quantizes the layers of a model that `quantized_layers` recorded.

    Args:
        model: A model of the same layers, built and not quantized.
        groups: The record.
        scope: What the paths of the model's layers begin with.

    Raises:
        ValueError: If the model does not have one of the layers.
    """
    paths = {layer.path for layer in keras_internals.all_layers(model)}
    for group in groups:
        wanted = {scope + path for path in group["paths"]}
        if unknown := wanted - paths:
            raise ValueError(
                "`quantized` must name layers of the model by their paths. "
                f"Received: {sorted(unknown)}."
            )
        config = keras.saving.deserialize_keras_object(group["config"])
        model.quantize(
            None if config else group["mode"],
            config,
            filters=lambda layer, wanted=wanted: layer.path in wanted,
        )
