"""Tells texts from features."""

import numpy as np


def holds_text(x) -> bool:
    """Tells whether a model's input is texts and not features.

    Args:
        x: What `fit`, `predict` or a call of a model takes: a dataset too.
    """
    if isinstance(x, (str, bytes)):
        return True
    if isinstance(x, (list, tuple)):
        return len(x) > 0 and holds_text(x[0])
    if hasattr(x, "element_spec"):  # A dataset of TensorFlow.
        element = x.element_spec
        return holds_text(element)
    if hasattr(x, "to_numpy"):  # A column of a table.
        x = x.to_numpy()
    if isinstance(x, np.ndarray) and x.dtype == object:
        return x.size > 0 and holds_text(x.flat[0])
    if isinstance(x, np.ndarray):
        return x.dtype.kind in "US"
    dtype = getattr(x, "dtype", None)
    return getattr(dtype, "name", dtype) == "string"
