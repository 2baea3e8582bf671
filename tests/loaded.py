"""Loads what programs import, see nursery.py."""

import tensorflow_text  # noqa: F401

from nlp_modeling import (  # noqa: F401
    checkpoints,
    data,
    evaluation,
    models,
    optimization,
    serving,
    training,
)

training.train  # noqa: B018  Loads TensorFlow's part.
