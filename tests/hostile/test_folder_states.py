"""A damaged folder of a run is mended, or named; it is never begun anew."""

import shutil

import numpy as np
import pytest

from tests.official_runs import tiny_finetuning
from tests.official_runs.program.running_program import RunningProgram
from tests.official_runs.tiny_pretraining import (
    TinyPretraining,
    logged,
    state,
)

DAMAGE = {
    "missing": None,
    "empty": lambda content: b"",
    "truncated": lambda content: content[: len(content) // 2],
    "foreign": lambda content: b"\x89PNG, of another program\n" * 9,
}
STEPS = 21


def damage(folder, name, kind):
    path = folder / name
    content = path.read_bytes()
    path.unlink()
    if DAMAGE[kind]:
        path.write_bytes(DAMAGE[kind](content))


def one_line(code, log, folder, name):
    """Asserts that a run ended with one line that names what is damaged."""
    assert code == 1, log
    error = log.strip().splitlines()[-1]
    assert error.startswith("Error: ") and "Traceback" not in log
    # A checkpoint is named without the ends of its files.
    stem = name.split("/")[-1].split(".data")[0].removesuffix(".index")
    assert stem in error or str((folder / name).parent) in error, error


@pytest.fixture(scope="module")
def pretraining(tmp_path_factory):
    """Flags, a finished run, and that run before its last checkpoint."""
    folder = tmp_path_factory.mktemp("pretraining")
    flags = TinyPretraining(
        folder,
        num_train_steps=STEPS,
        steps_per_loop=5,
        checkpoint_interval=7,
        evaluation_interval=14,
    ).flags
    with RunningProgram("official_runs.run_pretraining") as program:
        code, log = program.run(**flags, model_dir=folder / "whole")
        assert code == 0, log
        part = folder / "part"
        shutil.copytree(folder / "whole", part)
        for path in part.glob(f"checkpoints/step-{STEPS}.*"):
            path.unlink()
        (part / "unreported.json").write_text("{}")
        yield program, flags, folder / "whole", part


PRETRAINING_FILES = (
    "config.gin",
    "metrics.jsonl",
    "unreported.json",
    "checkpoints/checkpoint",
    "checkpoints/step-14.index",
    "checkpoints/step-14.data-00000-of-00001",
    "encoder/config.json",
    "encoder/model.weights.h5",
    "encoder/vocab.txt",
)


@pytest.mark.parametrize("kind", DAMAGE)
@pytest.mark.parametrize("name", PRETRAINING_FILES)
def test_pretraining_resumes(
    pretraining, tmp_path, name, kind, record_property
):
    program, flags, whole, part = pretraining
    run = tmp_path / "run"
    shutil.copytree(part, run)
    damage(run, name, kind)
    before = {x.name for x in (run / "checkpoints").iterdir()}
    code, log = program.run(**flags, model_dir=run)
    record_property("tried", 1)
    if code:
        one_line(code, log, run, name)
        assert before <= {x.name for x in (run / "checkpoints").iterdir()}
        return
    assert "Resuming after step" in log
    one, other = state(whole), state(run)
    for key in one:
        np.testing.assert_array_equal(one[key], other[key])
    if name != "metrics.jsonl":
        assert logged(run) == logged(whole)
    else:
        assert logged(run)[-1] == logged(whole)[-1]


def test_no_whole_checkpoint_is_an_error(pretraining, tmp_path):
    program, flags, _, part = pretraining
    run = tmp_path / "run"
    shutil.copytree(part, run)
    for path in run.glob("checkpoints/*.index"):
        path.write_bytes(b"")
    code, log = program.run(**flags, model_dir=run)
    assert code == 1
    assert (
        log.strip()
        .splitlines()[-1]
        .startswith("Error: A folder of checkpoints must have a whole one")
    )
    assert len(list(run.glob("checkpoints/*.index"))) == 2


@pytest.fixture(scope="module")
def finetuning(tmp_path_factory):
    """Flags, a finished run, and its scores."""
    folder = tmp_path_factory.mktemp("finetuning")
    flags = tiny_finetuning.write_common(folder)
    tiny_finetuning.write_texts(folder)
    flags |= {
        "classification_task_name": "SST-2",
        "input_data_dir": folder,
        "num_train_steps": 20,
        "checkpoint_interval": 10,
    }
    del flags["num_train_epochs"]
    with RunningProgram("official_runs.run_classifier") as program:
        code, log = program.run(**flags, model_dir=folder / "whole")
        assert code == 0, log
        yield program, flags, folder / "whole"


MODEL_FILES = (
    "model/config.json",
    "model/model.weights.h5",
    "model/task.json",
    "model/vocab.txt",
    "model/tokenizer.json",
)


@pytest.mark.parametrize("kind", DAMAGE)
@pytest.mark.parametrize("name", MODEL_FILES)
@pytest.mark.parametrize("mode", ("eval", "predict", "export_only"))
def test_a_model_is_read(
    finetuning, tmp_path, mode, name, kind, record_property
):
    program, flags, whole = finetuning
    run = tmp_path / "run"
    shutil.copytree(whole / "model", run / "model")
    damage(run, name, kind)
    record_property("tried", 1)
    export = {"model_export_path": tmp_path / "out"}
    code, log = program.run(
        **flags,
        model_dir=run,
        mode=mode,
        **(export if mode == "export_only" else {}),
    )
    if code:
        one_line(code, log, run, name)
        assert not (tmp_path / "out").exists()
    elif mode == "eval":
        found = (run / "scores.json").read_bytes()
        assert found == (whole / "scores.json").read_bytes()


TRAINING_FILES = (
    "config.gin",
    "metrics.jsonl",
    "scores.json",
    "checkpoints/step-20.index",
    "checkpoints/step-20.data-00000-of-00001",
    *MODEL_FILES,
)


@pytest.mark.parametrize("kind", DAMAGE)
@pytest.mark.parametrize("name", TRAINING_FILES)
def test_fine_tuning_resumes(finetuning, tmp_path, name, kind, record_property):
    program, flags, whole = finetuning
    run = tmp_path / "run"
    shutil.copytree(whole, run)
    damage(run, name, kind)
    record_property("tried", 1)
    code, log = program.run(**flags, model_dir=run)
    if code:
        one_line(code, log, run, name)
        return
    assert "Resuming after step" in log
    one, other = state(whole), state(run)
    for key in one:
        np.testing.assert_array_equal(one[key], other[key])
