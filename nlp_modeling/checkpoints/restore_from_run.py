"""Restores weights from a run's checkpoint."""

import re

import numpy as np

from nlp_modeling import files, networks
from nlp_modeling.checkpoints.open_checkpoint import open_checkpoint
from nlp_modeling.checkpoints.whole_checkpoints import whole_checkpoints

_KEY = re.compile(r"model/(.+)/\.ATTRIBUTES/VARIABLE_VALUE$")


def restore_from_run(model, path, ignore=()) -> None:
    """Restores a model's or an encoder's weights from a run's checkpoint.

    A model's weights need the checkpoint's paths. An encoder may have another
    name than the run's encoder, or none.

    Args:
        model: A model or an encoder.
        path: A checkpoint that a program of this package wrote, or the folder
            of checkpoints, for its newest one.
        ignore: Prefixes of paths of the model's weights that keep their values
            if the checkpoint does not have them, for example `"classifier/"`.

    Raises:
        ValueError: Naming the weights that are missing or of another shape, or
            the encoders of the checkpoint if the name does not decide.
    """
    if not files.file_exists(f"{path}.index"):
        path = [path, *whole_checkpoints(path)][-1]
    reader = open_checkpoint(path)
    keys = {}
    for key in reader.get_variable_to_shape_map():
        if found := _KEY.match(key):
            # TensorFlow writes a path's "/" as ".S".
            keys[found[1].replace(".S", "/")] = key
    weights = {weight.path: weight for weight in model.weights}
    if isinstance(model, networks.Encoder):
        weights = _by_path_of_run(model, keys, path)
    absent = [
        own_path
        for own_path in weights
        if own_path not in keys and not own_path.startswith(tuple(ignore))
    ]
    if absent:
        raise ValueError(
            "The checkpoint must have every weight of the model. "
            f"Received: {path} without {absent}."
        )
    values = [
        (weight, reader.get_tensor(keys[own_path]))
        for own_path, weight in weights.items()
        if own_path in keys
    ]
    for weight, value in values:
        if np.shape(value) != tuple(weight.shape):
            raise ValueError(
                f"{weight.path} must have the shape {tuple(weight.shape)}. "
                f"Received: {path}: shape={np.shape(value)}."
            )
    for weight, value in values:
        weight.assign(value)


def _by_path_of_run(encoder, keys, path):
    """Gives an encoder's weights by their paths in a run's checkpoint."""
    weights = {weight.path: weight for weight in encoder.weights}
    if weights.keys() <= keys.keys():
        return weights
    weights = encoder.weights_by_path()
    pooler = encoder.pooler_layer.name
    (pooler, *_) = [x for x in weights if x.startswith(f"{pooler}/")]
    scopes = [
        key.removesuffix(pooler)
        for key in keys
        if f"/{key}".endswith(f"/{pooler}")
    ]
    if len(scopes) > 1:
        raise ValueError(
            "The encoder must have the name of one of the checkpoint's "
            f"encoders, {sorted(scope.strip('/') for scope in scopes)}. "
            f"Received: {path}, name={encoder.name!r}."
        )
    scope = scopes[0] if scopes else ""
    return {scope + own_path: weight for own_path, weight in weights.items()}
