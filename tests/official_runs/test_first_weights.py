"""What is not pretrained begins as BERT's weights do."""

import numpy as np
import pytest

from tests.official_runs import tiny_finetuning
from tests.official_runs.program.program_process import ProgramProcess, finish
from tests.official_runs.test_finetuning_killed import PROGRAMS
from tests.official_runs.tiny_pretraining import TinyPretraining, state

pytestmark = pytest.mark.slow
# One step that moves nothing.
STILL = {"num_train_steps": 1, "warmup_steps": 0, "learning_rate": 0.0}


def require_first_weights(model_dir):
    """Normal with a deviation of 0.02, cut off at twice that."""
    matrices = [
        value
        for name, value in state(model_dir).items()
        if name.startswith("model/") and value.ndim > 1
    ]
    assert len(matrices) > 5
    for matrix in matrices:
        assert np.abs(matrix).max() <= 0.04
        assert np.abs(matrix).max() > 0.02


def test_of_pretraining(tmp_path):
    TinyPretraining(tmp_path, **STILL).run(tmp_path / "run")
    require_first_weights(tmp_path / "run")


@pytest.mark.parametrize("program", PROGRAMS)
def test_of_fine_tuning(program, tmp_path):
    write, own = PROGRAMS[program]
    write(tmp_path)
    common = tiny_finetuning.write_common(tmp_path)
    model_dir = tmp_path / "run"
    folders = {"input_data_dir": tmp_path, "model_dir": model_dir}
    finish(ProgramProcess(program, {**common, **own, **STILL, **folders}))
    require_first_weights(model_dir)
