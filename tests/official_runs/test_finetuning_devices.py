"""Fine-tuning learns in every number format, and on several devices."""

import json

import pytest

from tests.official_runs import tiny_finetuning
from tests.official_runs.program.program_process import ProgramProcess, finish
from tests.official_runs.tiny_pretraining import logged
from tests.training.on_tensorflow.twenty_steps import free_hosts

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def flags(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sst2")
    tiny_finetuning.write_texts(folder)
    return {
        **tiny_finetuning.write_common(folder),
        "classification_task_name": "SST-2",
        "input_data_dir": folder,
    }


def start(model_dir, flags):
    return ProgramProcess("run_classifier", {**flags, "model_dir": model_dir})


@pytest.mark.parametrize("dtype", ["bf16", "fp16"])
def test_a_task_is_learned_in_half_the_bits(flags, tmp_path, dtype):
    finish(start(tmp_path, {**flags, "dtype": dtype}))
    scores = json.loads((tmp_path / "scores.json").read_text())
    assert scores["accuracy"]["mean"] > 0.9


@pytest.fixture(scope="module")
def plain(flags, tmp_path_factory):
    """Without dropout, which differs from device to device."""
    path = tmp_path_factory.mktemp("plain") / "network.gin"
    path.write_text(
        flags["gin_file"].read_text()
        + "TransformerEncoder.dropout_rate = 0.0\n"
        + "TransformerEncoder.attention_dropout_rate = 0.0\n"
    )
    return {
        **flags,
        "gin_param": "BertClassifier.dropout_rate = 0.0",
        "gin_file": path,
    }


@pytest.fixture(scope="module")
def one_device(plain, tmp_path_factory):
    model_dir = tmp_path_factory.mktemp("one")
    finish(start(model_dir, plain))
    return model_dir


def test_two_devices_take_the_steps_of_one(plain, one_device, tmp_path):
    two = {"distribution_strategy": "mirrored", "num_logical_cpus": 2}
    finish(start(tmp_path, {**plain, **two}))
    require_same_steps(one_device, tmp_path)


def test_two_workers_take_the_steps_of_one(plain, one_device, tmp_path):
    """They need records; the run on one device made its own."""
    (train,) = one_device.glob("records/train-*")
    (dev,) = one_device.glob("records/eval-*")
    task = json.loads((one_device / "model" / "task.json").read_text())
    flags = {name: x for name, x in plain.items() if name != "input_data_dir"}
    hosts = free_hosts(2)
    workers = [
        start(
            tmp_path / "run",
            {
                **flags,
                "train_data_path": train,
                "eval_data_path": dev,
                "labels": ",".join(task["labels"]),
                "distribution_strategy": "multi_worker_mirrored",
                "worker_hosts": hosts,
                "task_index": index,
            },
        )
        for index in range(2)
    ]
    finish(*workers)
    require_same_steps(one_device, tmp_path / "run")


def require_same_steps(model_dir, other_dir):
    for one, other in zip(logged(model_dir), logged(other_dir), strict=True):
        assert one.keys() == other.keys()
        for name in one.keys() & {"loss", "accuracy"}:
            assert other[name] == pytest.approx(one[name], abs=1e-3)
