"""Fine-tuning that is killed goes on as if it had not been."""

import signal
import subprocess
import sys

import h5py
import numpy as np
import pytest

from tests.official_runs import tiny_finetuning
from tests.official_runs.tiny_pretraining import (
    finish,
    logged,
    saved_step,
    state,
    wait_for_lines,
)

pytestmark = pytest.mark.slow
STEPS = 150
PROGRAMS = {
    "run_classifier": (
        tiny_finetuning.write_texts,
        {"classification_task_name": "SST-2"},
    ),
    "run_squad": (
        tiny_finetuning.write_questions,
        {"max_query_length": 4, "doc_stride": 8},
    ),
    "run_tagging": (tiny_finetuning.write_tags, {}),
}


def start(program, model_dir, flags):
    flags = {**flags, "model_dir": model_dir}
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            f"official_runs.{program}",
            *(f"--{name}={value}" for name, value in flags.items()),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def kept_weights(model_dir):
    weights = {}
    with h5py.File(model_dir / "model" / "model.weights.h5") as file:
        file.visititems(
            lambda name, x: (
                weights.update({name: x[()]})
                if isinstance(x, h5py.Dataset)
                else None
            )
        )
    return weights


@pytest.mark.parametrize("program", PROGRAMS)
def test_killed_it_ends_as_if_never_killed(program, tmp_path):
    write, own = PROGRAMS[program]
    write(tmp_path)
    flags = {
        **tiny_finetuning.write_common(tmp_path),
        **own,
        "input_data_dir": tmp_path,
        "num_train_steps": STEPS,
        "steps_per_loop": 7,
        "checkpoint_interval": 20,
        "evaluation_interval": 50,
    }
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    finish(start(program, whole, flags))
    # The loop is the same for all; one is killed again and again.
    for lines in (3, 11, 6) if program == "run_classifier" else (11,):
        process = start(program, killed, flags)
        wait_for_lines(process, killed, lines)
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        assert saved_step(killed) < STEPS
    finish(start(program, killed, flags))

    assert logged(killed) == logged(whole)
    for one, other in (
        (state(whole), state(killed)),
        (kept_weights(whole), kept_weights(killed)),
    ):
        assert one.keys() == other.keys()
        for name, value in one.items():
            np.testing.assert_array_equal(other[name], value, name)
    for name in ("scores.json", "model/task.json"):
        assert (killed / name).read_text() == (whole / name).read_text()
