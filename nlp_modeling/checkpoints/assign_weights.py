"""Assigns weights of another system, each exactly once."""

import re
from typing import NamedTuple

import keras
import numpy as np


class SourceWeight(NamedTuple):
    """Holds a weight of another system: its name there, and its values."""

    name: str
    value: np.ndarray


def assign_weights(
    weights, source: dict[str, SourceWeight], optional: str | None = None
) -> None:
    """Assigns every weight, and uses every source weight once.

    If one weight does not fit, no weight is assigned.

    Args:
        weights: The variables to assign by path, as `weights_by_path` gives
            them.
        source: The weights by the path of the variable, for example
            `transformer_layer_0/attention/output_kernel`. For one `qkv_kernel`
            the source has `query_kernel`, `key_kernel` and `value_kernel`. For
            one `qkv_bias` it has the three biases.
        optional: A layer that keeps its weights if the source has none of them.

    Raises:
        ValueError: Naming the weights that are missing, left over, or of
            another shape.
    """
    left = dict(source)
    missing, assignments = [], []
    if optional and not any(path.startswith(f"{optional}/") for path in source):
        weights = {
            path: weight
            for path, weight in weights.items()
            if not path.startswith(f"{optional}/")
        }
    for path, variable in weights.items():
        parts = parts_of(path)
        absent = [part for part in parts if part not in left]
        missing += absent
        if not absent:
            joined = _joined(variable, [left.pop(part) for part in parts])
            assignments.append((variable, joined))
    if missing:
        raise ValueError(
            f"The source has no weight for {missing}. It has left over: "
            f"{sorted(weight.name for weight in left.values())}."
        )
    if left:
        raise ValueError(
            "There is no place for these weights of the source: "
            f"{sorted(weight.name for weight in left.values())}."
        )
    for variable, value in assignments:
        variable.assign(value)


def weight_parts(model) -> dict[str, np.ndarray]:
    """Gives the weights of a model or an encoder as a source has them, by path.

    They are what `assign_weights` takes: three for one `qkv_kernel`.
    """
    found = {}
    for path, variable in model.weights_by_path().items():
        parts = parts_of(path)
        value = keras.ops.convert_to_numpy(variable)
        columns = np.split(value, len(parts), axis=-1)
        found |= zip(parts, columns, strict=True)
    return found


def parts_of(path):
    """Lists the source's paths of one variable, in the order of its columns."""
    if not re.search(r"/qkv_(kernel|bias)$", path):
        return [path]
    return [path.replace("qkv_", f"{x}_") for x in ("query", "key", "value")]


def _joined(variable, weights):
    shapes = [weight.value.shape for weight in weights]
    if () not in shapes and len({shape[:-1] for shape in shapes}) == 1:
        value = np.concatenate([weight.value for weight in weights], axis=-1)
        shapes = [value.shape]
    if shapes != [tuple(variable.shape)]:
        raise ValueError(
            f"{' + '.join(weight.name for weight in weights)} must have the "
            f"shape {tuple(variable.shape)} of {variable.path}. "
            f"Received: shape={' + '.join(map(str, shapes))}."
        )
    return value
