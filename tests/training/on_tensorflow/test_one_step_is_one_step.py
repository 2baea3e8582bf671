"""A step is the same, however it is spread over devices and slices."""

import numpy as np
import pytest

from tests.training.on_tensorflow import twenty_steps
from tests.training.on_tensorflow.twenty_steps import Case

ONE = Case()
WORKERS = Case("multi_worker_mirrored")
MIRRORED_SLICES = Case("mirrored", accumulation_steps=2)
PACKED = Case(packed=True)
PACKED_MIRRORED_SLICES = Case("mirrored", accumulation_steps=2, packed=True)
SPREADS = ("mirrored", "multi_worker_mirrored")
FORMATS = ("bf16", "fp16")
# Optimizers and slices.
WORK = (("AdamW", 1), ("AdamW", 2), ("LAMB", 1))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What two devices of one process do, compared in a minute."""
    cases = [ONE, MIRRORED_SLICES, PACKED, PACKED_MIRRORED_SLICES]
    folder = tmp_path_factory.mktemp("steps")
    return twenty_steps.run(cases, folder, num_processes=1)


@pytest.fixture(scope="module")
def slow_folder(tmp_path_factory):
    cases = [
        Case(spread, dtype, *work)
        for spread in ("one_device", *SPREADS)
        for dtype in ("fp32", *FORMATS)
        for work in WORK
        if spread != "one_device" or work[1] == 1
    ]
    for repetition in range(2):
        dropped = {"dropout": 0.1, "repetition": repetition}
        cases += [Case(spread, **dropped) for spread in SPREADS]
    return twenty_steps.run(cases, tmp_path_factory.mktemp("steps"))


def _distances(folder, one, other):
    """How far two runs are apart at most: in a loss and in a weight."""
    losses = [
        np.stack([numbers["masked_lm_loss"], numbers["next_sentence_loss"]])
        for numbers in (
            twenty_steps.numbers(folder, one),
            twenty_steps.numbers(folder, other),
        )
    ]
    weights = [twenty_steps.weights(folder, case) for case in (one, other)]
    assert weights[0].keys() == weights[1].keys()
    apart = [np.abs(weights[0][p] - weights[1][p]).max() for p in weights[0]]
    return np.abs(losses[0] - losses[1]).max(), max(apart)


def _require_equal(folder, one, other):
    loss, weight = _distances(folder, one, other)
    assert loss <= 1e-5
    assert weight <= 1e-6


def _require_equal_but_for_rounding(folder, one, other):
    # Two runs that are each as far from float32 as the format makes them are
    # at most twice as far from one another.
    exact = Case(one.strategy, "fp32", one.optimizer, one.accumulation_steps)
    loss, weight = _distances(folder, exact, one)
    apart = _distances(folder, one, other)
    assert apart[0] <= 2 * loss
    assert apart[1] <= 2 * weight


def _require_identical(folder, one, other):
    assert _distances(folder, one, other) == (0, 0)


def test_twenty_steps_are_the_same_over_two_devices_and_slices(folder):
    _require_equal(folder, ONE, MIRRORED_SLICES)


def test_so_they_are_on_packed_rows_of_unequal_numbers_of_sequences(folder):
    _require_equal(folder, PACKED, PACKED_MIRRORED_SLICES)


def test_every_one_of_them_was_clipped(folder):
    norms = twenty_steps.numbers(folder, ONE)["gradient_norm"]
    assert len(norms) == twenty_steps.STEPS
    assert min(norms) > twenty_steps.CLIP_NORM


@pytest.mark.slow
def test_both_workers_end_with_the_same_weights(slow_folder):
    first = twenty_steps.weights(slow_folder, WORKERS, worker=0)
    second = twenty_steps.weights(slow_folder, WORKERS, worker=1)
    for path, weight in first.items():
        np.testing.assert_array_equal(weight, second[path])


@pytest.mark.slow
@pytest.mark.parametrize(("optimizer", "slices"), WORK)
@pytest.mark.parametrize("spread", SPREADS)
class TestEveryCombination:
    def test_in_float32(self, slow_folder, spread, optimizer, slices):
        one = Case(optimizer=optimizer)
        other = Case(spread, "fp32", optimizer, slices)
        _require_equal(slow_folder, one, other)

    @pytest.mark.parametrize("dtype", FORMATS)
    def test_in_half_precision(
        self, slow_folder, spread, optimizer, slices, dtype
    ):
        one = Case("one_device", dtype, optimizer)
        other = Case(spread, dtype, optimizer, slices)
        _require_equal_but_for_rounding(slow_folder, one, other)


@pytest.mark.slow
@pytest.mark.parametrize("spread", SPREADS)
def test_dropout_is_the_same_again_on_several_devices(slow_folder, spread):
    first, second = (
        Case(spread, dropout=0.1, repetition=repetition)
        for repetition in range(2)
    )
    _require_identical(slow_folder, first, second)
