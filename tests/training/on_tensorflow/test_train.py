"""train reports, saves and evaluates when it is due, and ends as it should."""

import json
import signal
import time

import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import training
from nlp_modeling.training.on_tensorflow import train
from nlp_modeling.training.run.pace import Pace
from nlp_modeling.training.run.stop_signal import StopSignal
from tests import nursery
from tests.training.on_tensorflow.one_weight import SQUARE, Slope, batch


class Run:
    """A run of one weight, whose batch of step n is x = 1, or `at[n]`."""

    def __init__(self, path, at=None, optimizer=None, make=Slope):
        keras.utils.clear_session()  # Names are counted anew.
        self.model = make()
        optimizer = optimizer or keras.optimizers.SGD(0.1)
        self._step = training.TrainStep(
            self.model, [SQUARE], optimizer, clip_norm=1.0
        )
        self.folder = training.RunFolder(str(path)).__enter__()
        self.checkpoints = training.Checkpoints(
            self.folder.checkpoints, self.model, optimizer
        )
        self.folder.continue_from(self.checkpoints.restore())
        self._at = at or {}
        self._path = path

    def train(self, steps=20, report=None, evaluate=None):
        try:
            training.train(
                self._step,
                self._batches,
                training.Schedule(steps, 2, 5, 10),
                self.folder,
                self.checkpoints,
                evaluate,
                report,
            )
        finally:
            self.folder.__exit__()

    def lines(self):
        return [json.loads(x) for x in (self._path / "metrics.jsonl").open()]

    def _batches(self, start, context):
        x = np.ones([1000, 1])
        for step, value in self._at.items():
            x[step] = value
        rows = batch(x[start:], np.ones_like(x[start:]))
        return tf.data.Dataset.from_tensor_slices(rows)


def test_a_run_ends_at_its_last_step_with_a_checkpoint(tmp_path):
    run = Run(tmp_path)
    run.train(7)
    # Each step takes a tenth of w.
    assert float(run.model.slope) == pytest.approx(0.9**7)
    assert Run(tmp_path).checkpoints.step == 7


def test_a_run_that_has_ended_does_nothing(tmp_path):
    Run(tmp_path).train(7)
    run = Run(tmp_path)
    before = run.lines()
    run.train(7)
    assert run.lines() == before
    assert float(run.model.slope) == pytest.approx(0.9**7)


def test_loops_report_means(tmp_path):
    run = Run(tmp_path)
    run.train(4)
    losses = [0.5 * 0.9 ** (2 * step) for step in range(4)]
    assert [line["step"] for line in run.lines()] == [2, 4]
    assert run.lines()[0]["loss"] == pytest.approx(np.mean(losses[:2]))
    assert run.lines()[1]["loss"] == pytest.approx(np.mean(losses[2:]))


def test_evaluations_come_at_their_interval_and_at_the_end(tmp_path):
    run = Run(tmp_path)
    run.train(13, evaluate=lambda: {"slope": float(run.model.slope)})
    found = {
        line["step"]: line["slope"]
        for line in run.lines()
        if line["part"] == "evaluation"
    }
    assert found == {s: pytest.approx(0.9**s) for s in (10, 13)}


def test_an_evaluation_that_a_kill_prevented_is_made_up_for(tmp_path):
    def killed():
        raise KeyboardInterrupt

    run = Run(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        run.train(10, evaluate=killed)
    run = Run(tmp_path)
    run.train(10)
    run = Run(tmp_path)
    run.train(10, evaluate=lambda: {"slope": 1.0})
    assert run.lines()[-1] == {"step": 10, "part": "evaluation", "slope": 1.0}


class TestNotFinite:
    def test_a_loss_ends_the_run_and_names_the_step(self, tmp_path):
        run = Run(tmp_path, at={12: np.nan})
        with pytest.raises(FloatingPointError, match="at step 13: loss=nan"):
            run.train()
        again = Run(tmp_path)
        assert again.checkpoints.step == 10
        assert float(again.model.slope) == pytest.approx(0.9**10)

    def test_the_checkpoint_before_it_is_written_whole(
        self, tmp_path, monkeypatch
    ):
        def write_late(checkpoint, path):
            time.sleep(1)
            return write(checkpoint, path)

        write = tf.train.Checkpoint.write
        monkeypatch.setattr(tf.train.Checkpoint, "write", write_late)
        run = Run(tmp_path, at={6: np.nan})
        with pytest.raises(FloatingPointError):
            run.train()
        assert Run(tmp_path).checkpoints.step == 5

    def test_so_does_a_gradient(self, tmp_path):
        # The loss is finite: (w x)^2 / 2; the gradient w x^2 is not.
        run = Run(tmp_path, at={3: 2.4e19})
        with pytest.raises(FloatingPointError, match="4: .*gradient_norm=inf"):
            run.train()

    def test_a_loss_scale_goes_on(self, tmp_path):
        optimizer = keras.optimizers.LossScaleOptimizer(
            keras.optimizers.SGD(0.1), initial_scale=1024.0
        )
        run = Run(tmp_path, {3: 4.5e18}, optimizer)
        run.train(7)
        # Six steps are taken, one is left out.
        assert float(run.model.slope) == pytest.approx(0.9**6)
        scales = [line["loss_scale"] for line in run.lines()]
        assert scales == [1024, 1024, 512, 512, 512]


class Dropping(Slope):
    """Drops x in half of all steps."""

    def build(self):
        self.dropout = keras.layers.Dropout(0.5)
        super().build()

    def call(self, features, training=None):
        x = self.dropout(features["x"], training=training)
        return self.slope * x


def test_dropout_is_the_same_however_steps_are_parted(tmp_path):
    slopes = []
    for name, ends in {"once": [20], "restarted": [3, 11, 20]}.items():
        for end in ends:
            run = Run(tmp_path / name, make=Dropping)
            run.train(end)
        slopes.append(float(run.model.slope))
    assert slopes[0] == slopes[1] != 1


@pytest.mark.parametrize("number", (signal.SIGTERM, signal.SIGINT))
@pytest.mark.parametrize("at", (1, 4, 7))
def test_a_signal_saves_wherever_it_comes(tmp_path, monkeypatch, number, at):
    """Also between two reports, which come every two steps."""
    monkeypatch.setattr(Pace, "steps", lambda pace, most: 1)

    def report(step, part, values):
        if step == at:
            signal.raise_signal(number)

    whole = Run(tmp_path / "whole")
    whole.train()
    before = signal.getsignal(number)
    with pytest.raises(training.Stopped, match=f"after step {at}"):
        Run(tmp_path).train(report=report)
    assert signal.getsignal(number) is before
    run = Run(tmp_path)
    assert run.checkpoints.step == at
    run.train()
    assert float(run.model.slope) == float(whole.model.slope)
    assert run.lines() == whole.lines()


def _train_slowly(folder, steps):
    """Tells the begin of each of four steps, which take four seconds each."""

    def sleep(x):
        steps.send("begun")
        time.sleep(4)
        return x

    class Sleeping(Slope):
        def call(self, features, training=None):
            x = tf.numpy_function(sleep, [features["x"]], tf.float32)
            x.set_shape(features["x"].shape)
            return self.slope * x

    train.Pace = lambda: Pace(seconds=0.1)
    train.StopSignal = lambda late: StopSignal(late, seconds=0.5)
    Run(folder, make=lambda: Sleeping(name="slope")).train(4)


@pytest.mark.slow
def test_a_step_without_end_is_not_waited_for(tmp_path):
    """The state before the step was held, and is saved while it runs."""
    process, steps = nursery.start_connected(_train_slowly, tmp_path)
    for _ in range(3):
        steps.recv()
    began = time.monotonic()
    process.terminate()
    process.join()
    assert process.exitcode == 75
    assert time.monotonic() - began < 3.5  # Before the step ends.
    run = Run(tmp_path)
    assert run.checkpoints.step == 2
    whole = Run(tmp_path / "whole")
    run.train(4)
    whole.train(4)
    assert float(run.model.slope) == float(whole.model.slope)
    assert run.lines() == whole.lines()


def test_a_second_signal_ends_at_once(tmp_path):
    def report(step, part, values):
        for _ in range(2):
            signal.raise_signal(signal.SIGINT)

    # Tests that run side by side have another one, which ignores the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            Run(tmp_path).train(report=report)
    finally:
        signal.signal(signal.SIGINT, before)
