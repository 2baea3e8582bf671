"""Muon: orthogonal steps of matrices, and AdamW's of all else."""

import keras
import numpy as np
import pytest

from nlp_modeling import optimization
from tests.optimization.training import GRADIENTS, STEPS, WEIGHTS, train

RATE, DECAY = 1e-2, 0.1
KERNEL, JOINED = "dense/kernel", "dense/qkv_kernel"


def by_keras(weight, gradients):
    """The steps of Keras's Muon on one matrix."""
    optimizer = keras.optimizers.Muon(RATE, weight_decay=DECAY)
    return train(optimizer, {KERNEL: weight}, {KERNEL: gradients})[KERNEL]


@pytest.fixture(scope="module")
def trained():
    return train(optimization.Muon(RATE, weight_decay=DECAY))


def test_a_kernel_moves_as_by_keras(trained):
    expected = by_keras(WEIGHTS[KERNEL], GRADIENTS[KERNEL])
    np.testing.assert_allclose(trained[KERNEL], expected, atol=2e-6)


def test_query_key_and_value_are_a_matrix_each(trained):
    parts = zip(
        np.split(trained[JOINED], 3, axis=-1),
        np.split(WEIGHTS[JOINED], 3, axis=-1),
        np.split(GRADIENTS[JOINED], 3, axis=-1),
        strict=True,
    )
    for part, weight, gradients in parts:
        expected = by_keras(weight, gradients)
        np.testing.assert_allclose(part, expected, atol=2e-6)
    whole = by_keras(WEIGHTS[JOINED], GRADIENTS[JOINED])
    assert abs(trained[JOINED] - whole).max() > 1e-3


def test_a_step_is_orthogonal_and_as_large_as_adams():
    # Always the same gradient: always the same step.
    same = {path: x[:1].repeat(STEPS, 0) for path, x in GRADIENTS.items()}
    weights = {path: np.zeros_like(x) for path, x in WEIGHTS.items()}
    moved = train(optimization.Muon(RATE), weights, same)[KERNEL]
    step = moved / (RATE * STEPS)
    sizes = np.linalg.svd(step / (0.2 * 6**0.5), compute_uv=False)
    assert 0.6 < sizes.min() and sizes.max() < 1.25
    assert 0.12 < np.sqrt((step**2).mean()) < 0.25


def test_all_else_moves_as_by_adam_w(trained):
    expected = train(optimization.AdamW(RATE, weight_decay=DECAY))
    others = [path for path in WEIGHTS if "kernel" not in path]
    for path in others:
        np.testing.assert_array_equal(trained[path], expected[path])
    by_adam = optimization.Muon(RATE, weight_decay=DECAY, by_adam=["kernel"])
    np.testing.assert_array_equal(train(by_adam)[KERNEL], expected[KERNEL])


def test_a_momentum_outside_its_range_is_named():
    with pytest.raises(ValueError, match="momentum=1.5"):
        optimization.Muon(momentum=1.5)
