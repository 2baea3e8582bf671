"""run_pretraining, killed at random moments, loses and doubles nothing.

NLP_MODELING_KILLS says how many kills are wanted in how many runs: "100,10".
"""

import os
import pathlib
import random
import re
import signal
import time

import numpy as np
import pytest

from tests.official_runs.program.program_process import ProgramProcess, finish
from tests.official_runs.tiny_pretraining import (
    TinyPretraining,
    logged,
    state,
)

KILLS, RUNS = map(int, os.environ.get("NLP_MODELING_KILLS", "8,1").split(","))
STEPS = 1000
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


@pytest.fixture(scope="module")
def flags(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pretraining")
    return TinyPretraining(
        folder,
        packed=True,
        num_train_steps=STEPS,
        steps_per_loop=5,
        checkpoint_interval=7,
        evaluation_interval=35,
    ).flags


@pytest.fixture(scope="module")
def whole(flags, tmp_path_factory):
    model_dir = tmp_path_factory.mktemp("whole") / "run"
    finish(ProgramProcess("run_pretraining", {**flags, "model_dir": model_dir}))
    return model_dir


def wait(process, model_dir, chance):
    """Waits for a random moment: of the start, of training, of a write."""
    # Before a program handles signals, they just end it.
    while not handles(process.pid, signal.SIGTERM):
        time.sleep(0.002)
    if chance.random() < 0.2:
        time.sleep(chance.uniform(0, 2))
        return
    lines = len(lines_of(model_dir)) + chance.randint(1, 6)
    while not process.is_over and len(lines_of(model_dir)) < lines:
        time.sleep(0.002)
    if chance.random() < 0.5:
        time.sleep(chance.uniform(0, 0.3))
        return
    checkpoints = model_dir / "checkpoints"
    while not process.is_over and not any(
        "temp" in name or ".new" in name for name in os.listdir(checkpoints)
    ):
        time.sleep(0.0005)


def handles(pid, number):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    (caught,) = re.findall(r"SigCgt:\s*(\w+)", status)
    return int(caught, 16) & 1 << (number - 1)


def lines_of(model_dir):
    path = model_dir / "metrics.jsonl"
    return path.read_bytes().splitlines() if path.exists() else []


@pytest.mark.parametrize("run", range(RUNS))
def test_a_killed_run_ends_as_one_that_never_was(
    flags, whole, tmp_path, run, record_property
):
    chance = random.Random(run)
    model_dir = tmp_path / "run"
    flags = {**flags, "model_dir": model_dir}
    kills = 0
    while kills < KILLS // RUNS:
        process = ProgramProcess("run_pretraining", flags)
        wait(process, model_dir, chance)
        if process.is_over:
            assert process.end() == 0, process.said
            break
        number = chance.choice(SIGNALS)
        code = process.end(number)
        if code == 0:  # It ended before the signal.
            break
        wanted = -number if number == signal.SIGKILL else 75
        assert code == wanted, process.said
        kills += 1
    finish(ProgramProcess("run_pretraining", flags))
    assert logged(model_dir) == logged(whole)
    one, other = state(whole), state(model_dir)
    assert one.keys() == other.keys()
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])
    record_property("tried", kills)
    assert kills >= KILLS // RUNS / 2  # The run did not end too soon.
