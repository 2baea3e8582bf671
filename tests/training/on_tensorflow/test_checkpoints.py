"""Checkpoints are whole or absent, and of the same model."""

import itertools
import resource
import shutil
import signal
import time

import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import training
from tests import nursery
from tests.training.on_tensorflow.one_weight import Slope


def _made(folder, optimizer="adam", make=Slope, **arguments):
    keras.utils.clear_session()  # Names are counted anew, as in a new process.
    model = make()
    optimizer = keras.optimizers.get(optimizer)
    optimizer.build(model.trainable_variables)
    checkpoints = training.Checkpoints(
        str(folder), model, optimizer, **arguments
    )
    return model, optimizer, checkpoints


def _dense(units):
    return keras.Sequential(
        [keras.Input((2,)), *map(keras.layers.Dense, units)]
    )


def test_nothing_is_restored_where_nothing_is(tmp_path):
    assert _made(tmp_path)[2].restore() == 0


def test_weights_optimizer_and_step_come_back(tmp_path):
    model, optimizer, checkpoints = _made(tmp_path)
    optimizer.apply([tf.constant(2.0)], model.trainable_variables)
    checkpoints.save(7)
    checkpoints.wait()
    again = _made(tmp_path)
    assert again[2].restore() == again[2].step == 7
    assert float(again[0].slope) == float(model.slope) != 1
    for one, other in zip(again[1].variables, optimizer.variables, strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_changes_after_a_save_is_not_in_it(tmp_path):
    model, _, checkpoints = _made(tmp_path)
    for step in range(1, 4):
        model.slope.assign(step)
        checkpoints.save(step)
        model.slope.assign(-1)
    checkpoints.wait()
    model, _, checkpoints = _made(tmp_path)
    assert checkpoints.restore() == float(model.slope) == 3


def test_the_newest_are_kept_also_over_a_restart(tmp_path):
    for steps in ((1, 2, 3), (4, 5)):
        *_, checkpoints = _made(tmp_path, max_to_keep=2)
        checkpoints.restore()
        for step in steps:
            checkpoints.save(step)
        checkpoints.wait()
    indices = {path.name for path in tmp_path.glob("*.index")}
    assert indices == {"step-4.index", "step-5.index"}


def test_only_the_worker_that_writes_writes(tmp_path):
    *_, checkpoints = _made(tmp_path, writes=False)
    checkpoints.save(1)
    checkpoints.wait()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("saved", "wanted"), [([3], [4]), ([3], [3, 3]), ([3, 3], [3])]
)
def test_of_another_architecture_is_refused(tmp_path, saved, wanted):
    *_, checkpoints = _made(tmp_path, make=lambda: _dense(saved))
    checkpoints.save(1)
    checkpoints.wait()
    model, _, checkpoints = _made(tmp_path, make=lambda: _dense(wanted))
    with pytest.raises(ValueError, match="of this model.*step-1"):
        checkpoints.restore()


@pytest.mark.parametrize(("saved", "wanted"), ["sa", "as"])
def test_of_another_optimizer_is_refused(tmp_path, saved, wanted):
    names = {"s": "sgd", "a": "adam"}
    *_, checkpoints = _made(tmp_path, names[saved])
    checkpoints.save(1)
    checkpoints.wait()
    *_, checkpoints = _made(tmp_path, names[wanted])
    with pytest.raises(ValueError, match="this optimizer.*step-1"):
        checkpoints.restore()


def test_weights_of_one_path_are_named(tmp_path):
    def make():
        layers = [keras.layers.Dense(2, name=name) for name in "ab"]
        model = keras.Sequential([keras.Input((2,)), *layers])
        layers[1].kernel._path = layers[0].kernel.path
        return model

    with pytest.raises(ValueError, match=r"differ.*a/kernel"):
        _made(tmp_path, make=make)


def _saved(folder, *steps, **arguments):
    """Saves the step as the weight."""
    model, _, checkpoints = _made(folder, **arguments)
    checkpoints.restore()
    for step in steps:
        model.slope.assign(step)
        checkpoints.save(step)
    checkpoints.wait()


def _restored(folder):
    model, _, checkpoints = _made(folder)
    return checkpoints.restore(), float(model.slope)


def test_unfinished_files_count_for_nothing_and_go_in_time(tmp_path):
    _saved(tmp_path, 1)
    (tmp_path / "step-2_temp").mkdir()
    (tmp_path / "step-2_temp" / "part-00000-of-00001.index").touch()
    (tmp_path / "step-2.data-00000-of-00001").touch()
    (tmp_path / "notes").touch()
    assert _restored(tmp_path) == (1, 1)
    _saved(tmp_path, 3, 4, 5)
    names = {path.name.split(".")[0] for path in tmp_path.iterdir()}
    assert names == {"checkpoint", "notes", "step-3", "step-4", "step-5"}


LIST = "checkpoint"
DATA = "step-3.data-00000-of-00001"


@pytest.mark.parametrize(
    ("name", "content", "newest"),
    [
        (LIST, None, 3),
        (LIST, b"", 3),
        (LIST, b"\x00\xff", 3),
        (LIST, b'model_checkpoint_path: "step-99"', 3),
        ("step-3.index", None, 2),
        ("step-3.index", b"", 2),
        ("step-3.index", b"no index", 2),
        (DATA, None, 2),
        (DATA, b"", 2),
        (DATA, b"\x00" * 8, 2),
        ("step-1.index", b"", 3),
    ],
)
def test_the_newest_whole_one_counts_and_none_is_lost(
    tmp_path, name, content, newest
):
    _saved(tmp_path, 1, 2, 3)
    before = {path.name for path in tmp_path.iterdir()} - {name, "checkpoint"}
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert _restored(tmp_path) == (newest, newest)
    assert before <= {path.name for path in tmp_path.iterdir()}


def test_a_damaged_one_is_told(tmp_path, caplog):
    _saved(tmp_path, 1, 2)
    (tmp_path / "step-2.index").write_bytes(b"")
    assert _restored(tmp_path) == (1, 1)
    assert f"{tmp_path}/step-2 is damaged, and left out" in caplog.text


def test_a_folder_of_damaged_ones_is_no_new_run(tmp_path):
    _saved(tmp_path, 1, 2)
    for path in tmp_path.glob("*.index"):
        path.write_bytes(b"")
    with pytest.raises(ValueError, match="a whole one.*step-1.*step-2"):
        _restored(tmp_path)


def test_others_find_the_newest_by_the_list(tmp_path):
    _saved(tmp_path, 1, 2)
    newest = tf.train.latest_checkpoint(str(tmp_path))
    assert newest == str(tmp_path / "step-2")


def test_what_was_held_is_saved_as_it_was(tmp_path):
    model, _, checkpoints = _made(tmp_path)
    model.slope.assign(7)
    checkpoints.hold(7)
    model.slope.assign(-1)  # A step that goes on.
    assert checkpoints.holds(7) and not checkpoints.holds(8)
    checkpoints.save_held()
    checkpoints.wait()
    assert _restored(tmp_path) == (7, 7)


def test_a_disk_without_room_is_refused_before_training(tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)
    # Step, iterations and learning rate: 8 + 8 + 4 bytes, and 4 of a weight.
    each = 24
    free = 4 * each - 1
    monkeypatch.setattr(
        shutil, "disk_usage", lambda path: usage._replace(free=free)
    )
    with pytest.raises(OSError, match=f"4 more .* {each} bytes.* {free} bytes"):
        _made(tmp_path, "sgd", max_to_keep=3)


def test_a_full_disk_is_an_error_and_the_last_checkpoint_stays(tmp_path):
    model, _, checkpoints = _made(tmp_path, "sgd", lambda: _dense([100, 1000]))
    checkpoints.save(1)
    checkpoints.wait()
    weights = [weight.numpy() for weight in model.weights]
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        checkpoints.save(2)
        with pytest.raises(tf.errors.OpError, match="step-2.*too large"):
            checkpoints.wait()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    model, _, checkpoints = _made(tmp_path, "sgd", lambda: _dense([100, 1000]))
    assert checkpoints.restore() == 1
    for one, other in zip(model.weights, weights, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("kills", [1, pytest.param(6, marks=pytest.mark.slow)])
def test_killed_during_a_write_leaves_a_whole_one(tmp_path, kills):
    rng = np.random.default_rng(kills)
    last = 0
    for _ in range(kills):
        process, steps = nursery.start_connected(_write_on_and_on, tmp_path)
        for _ in range(3):
            begun = steps.recv()
        time.sleep(rng.uniform(0, 0.1))
        process.kill()
        process.join()
        model, _, checkpoints = _made(tmp_path, "sgd", _written)
        step = checkpoints.restore()
        # When a save begins, the one before is whole.
        assert step >= begun - 1 > last
        for weight in model.weights:
            np.testing.assert_array_equal(weight, np.full(weight.shape, step))
        last = step
    assert process.exitcode == -signal.SIGKILL


def _write_on_and_on(folder, steps):
    """Writes checkpoints without end, in which every weight is the step."""
    model, _, checkpoints = _made(folder, "sgd", _written)
    for step in itertools.count(checkpoints.restore() + 1):
        for weight in model.weights:
            weight.assign(np.full(weight.shape, step))
        checkpoints.save(step)
        steps.send(step)


def _written():
    return keras.Sequential([keras.Input((2000,)), keras.layers.Dense(4000)])
