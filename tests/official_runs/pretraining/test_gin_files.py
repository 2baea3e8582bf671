"""The gin files of pretraining hold settings that the program takes."""

import gin
import keras
import pytest

from official_runs.program import (
    settings,
    settings_flags,  # noqa: F401
)
from tests.official_runs.program.parse_flags import parse_flags


@pytest.mark.parametrize(
    ("name", "rate"),
    [
        ("networks/modern_tiny.gin", 1e-4),
        ("networks/modern_small.gin", 1e-4),
        ("networks/modern_base.gin", 1e-4),
        ("runs/quickstart.gin", 4e-3),
        ("runs/electra_small.gin", 5e-4),
        ("runs/pretraining_one_day.gin", 1e-3),
    ],
)
def test_settings_are_known_and_make_a_schedule(name, rate):
    from official_runs.pretraining import pretrain  # noqa: F401
    from official_runs.program.optimizer import make_optimizer

    parse_flags(f"--gin_file={name}")
    settings.read_settings("runs/pretraining.gin", {})
    steps = gin.query_parameter("NUM_TRAIN_STEPS/macro.value")
    warmup = gin.query_parameter("WARMUP_STEPS/macro.value")
    schedule = make_optimizer(
        steps, optimizer=lambda learning_rate: learning_rate
    )
    start, top, end = (
        float(keras.ops.convert_to_numpy(schedule(step)))
        for step in (0, warmup, steps)
    )
    assert start == end == 0
    assert top == pytest.approx(rate, rel=0.1)
    gin.clear_config()
