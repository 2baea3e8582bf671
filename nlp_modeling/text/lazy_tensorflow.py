"""Loads TensorFlow when text layers first use it.

Models hold their preprocessors, so importing a model imports the text layers.
Under JAX and PyTorch, text is tokenized without TensorFlow, which takes seconds
to load and may not be installed.
"""

import importlib
import importlib.util
import sys


class _LazyModule:
    """Imports a module when one of its names is first read."""

    def __init__(self, name):
        self._name = name

    def __getattr__(self, attribute):
        return getattr(importlib.import_module(self._name), attribute)


tf = _LazyModule("tensorflow")
tf_text = _LazyModule("tensorflow_text")


def is_tensor(value) -> bool:
    """Tells whether a value is TensorFlow's, without loading TensorFlow."""
    return bool(sys.modules.get("tensorflow")) and tf.is_tensor(value)
