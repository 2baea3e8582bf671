"""BERT-family encoders on TensorFlow and Keras 3: the parts and the training.

Importing the package makes its layers, networks and models known to Keras, and
its optimizers if Keras runs on TensorFlow, so that `keras.saving.load_model`
reads them. The other folders load when they are first named: they need
TensorFlow, which a network under another backend of Keras does not.

    import nlp_modeling as modeling

    network = modeling.networks.TransformerEncoder(vocab_size=30522)
"""

import importlib

import keras

from nlp_modeling import layers, losses, models, networks

if keras.backend.backend() == "tensorflow":
    from nlp_modeling import optimization

__version__ = "0.1.0"

# In the order in which data flows.
_FOLDERS = (
    "text",
    "data",
    "layers",
    "networks",
    "checkpoints",
    "models",
    "losses",
    "optimization",
    "training",
    "evaluation",
    "serving",
)


def __getattr__(name):
    if name not in _FOLDERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(f"{__name__}.{name}")


def __dir__():
    return [*globals(), *_FOLDERS]
