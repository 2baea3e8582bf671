"""LAMB, AdamW and the learning rate beside Model Garden's."""

import keras
import numpy as np
import pytest

from nlp_modeling import optimization
from tests.optimization.training import GRADIENTS, STEPS, WEIGHTS, train

legacy = pytest.importorskip("official.nlp.optimization")
import tensorflow as tf  # noqa: E402
import tf_keras  # noqa: E402

RATE, DECAY = 1e-2, 0.1
PARTS = ("query", "key", "value")
EXCLUDED = ["norm", "bias"]


def separate(arrays):
    """Joined weights, or their gradients, apart: as Model Garden has them."""
    apart = {}
    for path, array in arrays.items():
        if "qkv" in path:
            pieces = np.split(array, 3, axis=-1)
            for part, piece in zip(PARTS, pieces, strict=True):
                apart[path.replace("qkv", part)] = piece
        else:
            apart[path] = array
    return apart


def train_theirs(optimizer):
    gradients = separate(GRADIENTS)
    variables = [
        tf.Variable(value, dtype=tf.float32, name=path)
        for path, value in separate(WEIGHTS).items()
    ]
    for i in range(STEPS):
        optimizer.apply_gradients(
            (tf.constant(gradients[v.name[:-2]][i], tf.float32), v)
            for v in variables
        )
    return {v.name[:-2]: v.numpy() for v in variables}


@pytest.mark.parametrize(
    "name, theirs, ours",
    [
        ("LAMB", legacy.LAMB, optimization.LAMB),
        ("AdamW", legacy.AdamWeightDecay, optimization.AdamW),
    ],
)
def test_an_optimizer_takes_model_garden_s_steps(name, theirs, ours):
    alone = {} if name == "LAMB" else {"gradient_clip_norm": 0.0}
    theirs = theirs(
        RATE,
        weight_decay_rate=DECAY,
        epsilon=1e-6,
        exclude_from_weight_decay=EXCLUDED,
        **alone,
    )
    expected = train_theirs(theirs)
    trained = separate(train(ours(RATE, weight_decay=DECAY)))
    assert set(trained) == set(expected)
    for path in expected:
        np.testing.assert_allclose(
            trained[path], expected[path], rtol=2e-6, atol=2e-7
        )


@pytest.mark.parametrize("end_rate, power", [(0.0, 1.0), (0.2, 2.0)])
def test_the_learning_rate_is_model_garden_s(end_rate, power):
    decay = {
        "initial_learning_rate": 1.0,
        "decay_steps": 100,
        "end_learning_rate": end_rate,
        "power": power,
    }
    schedules = tf_keras.optimizers.schedules
    theirs = legacy.WarmUp(
        1.0, schedules.PolynomialDecay(**decay), warmup_steps=10
    )
    schedules = keras.optimizers.schedules
    ours = optimization.LinearWarmup(
        schedules.PolynomialDecay(**decay), warmup_steps=10
    )
    for step in range(120):
        np.testing.assert_allclose(ours(step), theirs(step), rtol=1e-6)
