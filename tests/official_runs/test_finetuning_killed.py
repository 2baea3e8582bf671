"""Fine-tuning that is killed goes on as if it had not been."""

import signal

import h5py
import numpy as np
import pytest

from tests.official_runs import tiny_finetuning
from tests.official_runs.program.program_process import (
    ProgramProcess,
    finish,
)
from tests.official_runs.tiny_pretraining import (
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
    finish(ProgramProcess(program, {**flags, "model_dir": whole}))
    flags["model_dir"] = killed
    # The loop is the same for all; one is killed again and again.
    for lines in (3, 11, 6) if program == "run_classifier" else (11,):
        process = ProgramProcess(program, flags)
        wait_for_lines(process, killed, lines)
        assert process.end(signal.SIGKILL) == -signal.SIGKILL
        assert saved_step(killed) < STEPS
    finish(ProgramProcess(program, flags))

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
