"""Finds the whole checkpoints of TensorFlow in a folder, by their files."""

import logging
import os
import re

import numpy as np

from nlp_modeling import files
from nlp_modeling.checkpoints.open_checkpoint import open_checkpoint

_logger = logging.getLogger(__name__)


def whole_checkpoints(folder: str) -> list[str]:
    """Finds the whole checkpoints of TensorFlow in a folder, by their files.

    TensorFlow's own list of them, the file `checkpoint`, may be lost, copied or
    behind. A checkpoint is whole if it has an index, which is written last, and
    all the data that the index tells of.

    Args:
        folder: A path, see `files`.

    Returns:
        Their paths without `.index`, in the order of their step; none if there
        is no folder.

    Raises:
        ValueError: If the folder has checkpoints, and none is whole.
    """
    if not files.is_folder(folder):
        return []
    names = files.list_folder(folder)
    found = [name[:-6] for name in names if name.endswith(".index")]
    found.sort(key=lambda name: (_step(name), name))
    paths = [os.path.join(folder, name) for name in found]
    whole = [path for path in paths if is_whole(path)]
    damaged = [path for path in paths if path not in whole]
    if damaged and not whole:
        raise ValueError(
            "A folder of checkpoints must have a whole one: index and data. "
            f"Received: {damaged}, all damaged."
        )
    for path in damaged:
        _logger.warning("%s is damaged, and left out.", path)
    return whole


def is_whole(path: str) -> bool:
    """Tells whether a checkpoint has an index and all of its data."""
    import tensorflow as tf

    try:
        reader = open_checkpoint(path)
        shapes = reader.get_variable_to_shape_map()
        types = reader.get_variable_to_dtype_map()
        # Strings have no size of their own. The last tensor is at the end.
        read = {name for name in types if types[name] == tf.string}
        read.update(sorted(types)[-1:])
        values = {name: reader.get_tensor(name) for name in read}
    except (tf.errors.OpError, ValueError, RuntimeError, IndexError):
        return False
    needed = sum(
        sum(map(len, np.ravel(values[name])))
        if types[name] == tf.string
        else types[name].size * tf.TensorShape(shape).num_elements()
        for name, shape in shapes.items()
    )
    shards = tf.io.gfile.glob(f"{_escaped(path)}.data-*-of-*")
    return needed <= sum(tf.io.gfile.stat(shard).length for shard in shards)


def _step(name):
    """Gives the number that a checkpoint's name ends with."""
    number = re.search(r"(\d+)$", name)
    return int(number[1]) if number else -1


def _escaped(path):
    return re.sub(r"([*?\[\]\\])", r"\\\1", path)
