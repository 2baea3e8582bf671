"""Weights of a run's checkpoint into a model."""

import re

import numpy as np

_KEY = re.compile(r"model/(.+)/\.ATTRIBUTES/VARIABLE_VALUE$")


def restore_from_run(model, path, ignore=()) -> None:
    """Weights of a run's checkpoint into a model.

    Args:
        model: A model, or an encoder, whose weights have the checkpoint's
            paths.
        path: Of a checkpoint that a program of this package wrote, or of the
            folder with its newest one.
        ignore: Beginnings of paths of the model's weights that keep their
            values if the checkpoint has none, such as `"classifier/"`.

    Raises:
        ValueError: Naming the weights that are missing or of another shape.
    """
    import tensorflow as tf

    reader = tf.train.load_checkpoint(path)
    keys = {}
    for key in reader.get_variable_to_shape_map():
        if found := _KEY.match(key):
            # TensorFlow writes a path's "/" as ".S".
            keys[found[1].replace(".S", "/")] = key
    absent = [
        weight.path
        for weight in model.weights
        if weight.path not in keys and not weight.path.startswith(tuple(ignore))
    ]
    if absent:
        raise ValueError(
            "The checkpoint must have every weight of the model. "
            f"Received: {path} without {absent}."
        )
    values = [
        (weight, reader.get_tensor(keys[weight.path]))
        for weight in model.weights
        if weight.path in keys
    ]
    for weight, value in values:
        if np.shape(value) != tuple(weight.shape):
            raise ValueError(
                f"{weight.path} must have the shape {tuple(weight.shape)}. "
                f"Received: {path}: shape={np.shape(value)}."
            )
    for weight, value in values:
        weight.assign(value)
