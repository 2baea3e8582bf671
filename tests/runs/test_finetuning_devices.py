"""Fine-tuning learns in every number format, and on several devices."""

import json

import pytest

from tests.runs import tiny_finetuning
from tests.runs.test_finetuning_killed import start
from tests.runs.tiny_pretraining import finish, logged

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


@pytest.mark.parametrize("dtype", ["bf16", "fp16"])
def test_a_task_is_learned_in_half_the_bits(flags, tmp_path, dtype):
    finish(start("run_classifier", tmp_path, {**flags, "dtype": dtype}))
    scores = json.loads((tmp_path / "scores.json").read_text())
    assert scores["accuracy"]["mean"] > 0.9


def test_two_devices_take_the_steps_of_one(flags, tmp_path):
    """Without dropout, which differs from device to device."""
    plain = {
        **flags,
        "gin_param": "BertClassifier.dropout_rate = 0.0",
        "gin_file": tmp_path / "network.gin",
    }
    (tmp_path / "network.gin").write_text(
        flags["gin_file"].read_text()
        + "TransformerEncoder.dropout_rate = 0.0\n"
        + "TransformerEncoder.attention_dropout_rate = 0.0\n"
    )
    two = {"distribution_strategy": "mirrored", "num_logical_cpus": 2}
    finish(start("run_classifier", tmp_path / "one", plain))
    finish(start("run_classifier", tmp_path / "two", {**plain, **two}))
    for one, other in zip(
        logged(tmp_path / "one"), logged(tmp_path / "two"), strict=True
    ):
        assert one.keys() == other.keys()
        for name in one.keys() & {"loss", "accuracy"}:
            assert other[name] == pytest.approx(one[name], abs=1e-3)
