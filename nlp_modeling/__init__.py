"""BERT-family encoders on TensorFlow and Keras 3: the parts and the training.

A folder loads when it is first named, so that a network under another backend
of Keras loads no TensorFlow:

    import nlp_modeling as modeling

    network = modeling.networks.TransformerEncoder(vocab_size=30522)
"""

import importlib

__version__ = "0.1.0"

# In the order in which data flows.
_FOLDERS = (
    "text",
    "data",
    "layers",
    "networks",
    "models",
    "losses",
    "optimization",
    "training",
    "evaluation",
    "serving",
    "checkpoints",
)


def __getattr__(name):
    if name not in _FOLDERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(f"{__name__}.{name}")


def __dir__():
    return [*globals(), *_FOLDERS]
