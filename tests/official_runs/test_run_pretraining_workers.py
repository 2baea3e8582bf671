"""Two workers of run_pretraining train as one, and learn of a lost one."""

import re
import signal
import time

import numpy as np
import pytest

from tests.official_runs.program.program_process import finish
from tests.official_runs.tiny_pretraining import (
    TinyPretraining,
    logged,
    saved_step,
    state,
)
from tests.training.on_tensorflow.twenty_steps import free_hosts

pytestmark = pytest.mark.slow
STEPS = 200
# Which worker gets them.
SIGNALS = ((0, signal.SIGKILL), (1, signal.SIGKILL), (1, signal.SIGTERM))


@pytest.fixture(scope="module")
def pretraining(tmp_path_factory):
    return TinyPretraining(
        tmp_path_factory.mktemp("pretraining"),
        num_train_steps=STEPS,
        steps_per_loop=5,
        checkpoint_interval=10,
        evaluation_interval=100,
    )


def _start(pretraining, model_dir):
    hosts = free_hosts(2)
    return [
        pretraining.start(
            model_dir,
            distribution_strategy="multi_worker_mirrored",
            worker_hosts=hosts,
            task_index=index,
        )
        for index in range(2)
    ]


@pytest.fixture(scope="module")
def whole(pretraining, tmp_path_factory):
    model_dir = tmp_path_factory.mktemp("whole")
    finish(*_start(pretraining, model_dir))
    return model_dir


def test_both_end_with_one_log_one_checkpoint_and_one_encoder(whole):
    steps = [x["step"] for x in logged(whole) if x["part"] == "train"]
    assert steps == list(range(5, STEPS + 1, 5))
    assert saved_step(whole) == STEPS
    kept = {path.name for path in (whole / "checkpoints").glob("*.index")}
    assert kept == {f"step-{STEPS - 10 * i}.index" for i in range(3)}
    assert (whole / "encoder" / "vocab.txt").exists()


def test_they_train_as_two_devices_of_one_machine_do(
    pretraining, whole, tmp_path
):
    pretraining.run(
        tmp_path, distribution_strategy="mirrored", num_logical_cpus=2
    )
    for one, other in zip(logged(whole), logged(tmp_path), strict=True):
        for name in ("loss", "masked_lm_loss", "masked_lm_accuracy"):
            assert one.get(name) == pytest.approx(other.get(name), abs=1e-5)
    one, other = state(whole), state(tmp_path)
    for name in one:
        if name.startswith("model/"):
            np.testing.assert_allclose(one[name], other[name], atol=1e-6)


@pytest.fixture(scope="module")
def interrupted(pretraining, tmp_path_factory):
    """A run that three signals end and that goes on, and how workers ended."""
    model_dir = tmp_path_factory.mktemp("interrupted")
    ends = []
    for index, number in SIGNALS:
        workers = _start(pretraining, model_dir)
        before = saved_step(model_dir)
        while saved_step(model_dir) <= before:
            for worker in workers:
                assert not worker.is_over, worker.said
            time.sleep(0.01)
        codes = {index: workers[index].end(number, seconds=60)}
        # They must not wait for each other for ever.
        codes[1 - index] = workers[1 - index].end(seconds=60)
        said = [worker.said for worker in workers]
        ends.append((said, [codes[0], codes[1]]))
        assert before < saved_step(model_dir) < STEPS
    finish(*_start(pretraining, model_dir))
    return model_dir, ends


@pytest.mark.parametrize("index", (0, 1))
def test_a_lost_one_ends_the_other_with_one_line(interrupted, index):
    _, ends = interrupted
    said, codes = ends[index]
    assert codes[index] == -signal.SIGKILL
    assert codes[1 - index] == 75
    line = said[1 - index].splitlines()[-1]
    assert line.startswith("Another worker was lost.")


def test_a_signal_to_one_stops_both_after_the_same_step(interrupted):
    _, ends = interrupted
    said, codes = ends[2]
    assert codes == [75, 75]
    first, second = (each.splitlines()[-1] for each in said)
    assert first == second
    assert re.match(r"Stopped after step \d+\. The same command", first)


def test_then_they_go_on_exactly(whole, interrupted):
    model_dir, _ = interrupted
    for one, other in zip(logged(whole), logged(model_dir), strict=True):
        for name, value in one.items():
            if name != "part":
                assert other[name] == pytest.approx(value, abs=1e-6)
    one, other = state(whole), state(model_dir)
    for name in one:
        np.testing.assert_allclose(one[name], other[name], atol=1e-6)


def test_one_lost_before_training_ends_the_other_too(pretraining, tmp_path):
    first, second = _start(pretraining, tmp_path)
    while not (tmp_path / ".lock").exists():  # They are connected.
        assert not first.is_over, first.said
        time.sleep(0.01)
    second.end(signal.SIGKILL)
    assert first.end(seconds=60) == 75
    line = first.said.splitlines()[-1]
    assert line.startswith("Another worker was lost.")


def test_a_worker_that_waits_is_ended_by_ctrl_c(pretraining, tmp_path):
    worker = pretraining.start(
        tmp_path,
        distribution_strategy="multi_worker_mirrored",
        worker_hosts=free_hosts(2),
    )
    while "Waiting for workers" not in worker.said:
        assert not worker.is_over, worker.said
        time.sleep(0.01)
    # It might wait for an hour.
    assert worker.end(signal.SIGINT, seconds=60) == 75
