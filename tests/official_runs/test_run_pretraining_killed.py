"""A run of run_pretraining that is killed goes on as if it had not been.

tests/hostile/test_kills.py kills one on one device, at random moments.
"""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from tests.official_runs.tiny_pretraining import (
    TinyPretraining,
    logged,
    saved_step,
    state,
    wait_for_lines,
)

pytestmark = pytest.mark.slow
STEPS = 200
MIRRORED = {"distribution_strategy": "mirrored", "num_logical_cpus": 2}


@pytest.fixture(scope="module")
def pretraining(tmp_path_factory):
    return TinyPretraining(
        tmp_path_factory.mktemp("pretraining"),
        packed=True,
        num_train_steps=STEPS,
        steps_per_loop=7,
        checkpoint_interval=10,
        evaluation_interval=100,
    )


def _wait_for_some_lines(process, model_dir):
    wait_for_lines(process, model_dir, 14)


def _wait_for_a_write(process, model_dir):
    """Waits until a checkpoint is half-written."""
    folder = model_dir / "checkpoints"
    wait_for_lines(process, model_dir, 1)
    while not any("temp" in name for name in os.listdir(folder)):
        assert not process.is_over, process.said


def test_on_two_devices_it_ends_as_if_never_killed(pretraining, tmp_path):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    pretraining.run(whole, **MIRRORED)
    for wait in (_wait_for_some_lines, _wait_for_a_write):
        process = pretraining.start(killed, **MIRRORED)
        wait(process, killed)
        assert process.end(signal.SIGKILL) == -signal.SIGKILL
        assert saved_step(killed) < STEPS
    pretraining.run(killed, **MIRRORED)

    assert len(logged(whole)) == len(logged(killed)) > STEPS / 7
    for one, other in zip(logged(whole), logged(killed), strict=True):
        assert one.keys() == other.keys()
        for name, value in one.items():
            if name == "part":
                assert other[name] == value
            else:
                assert other[name] == pytest.approx(value, rel=1e-6, abs=1e-6)
    one, other = state(whole), state(killed)
    assert one.keys() == other.keys()
    for name, value in one.items():
        np.testing.assert_allclose(
            other[name], value, rtol=1e-6, atol=1e-6, err_msg=name
        )


def test_sigterm_leaves_a_checkpoint_of_the_last_step(pretraining, tmp_path):
    process = pretraining.start(tmp_path, checkpoint_interval=100_000)
    wait_for_lines(process, tmp_path, 3)
    assert process.end(signal.SIGTERM) == 75
    saved = saved_step(tmp_path)
    assert process.said.splitlines()[-1].startswith(
        f"Stopped after step {saved}."
    )
    assert logged(tmp_path)[-1]["step"] <= saved < STEPS


def test_a_log_has_the_first_step_and_no_line_of_tensorflow(
    pretraining, tmp_path
):
    flags = {"model_dir": tmp_path, "num_train_steps": 20}
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "official_runs.run_pretraining"),
            *(f"--{k}={v}" for k, v in {**pretraining.flags, **flags}.items()),
        ],
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    lines = ended.stderr.splitlines()
    # A stage that takes longer than ten seconds says so.
    steps = [line for line in lines if "s so far." not in line]
    assert steps[0].startswith("step 1 of 20: ")
    assert all(line.startswith(("step ", "evaluation ")) for line in steps)
