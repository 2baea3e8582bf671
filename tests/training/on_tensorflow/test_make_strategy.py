"""make_strategy: what does not go together is named."""

import json
import os

import pytest
import tensorflow as tf

from nlp_modeling import training

WORKERS = {
    "distribution_strategy": "multi_worker_mirrored",
    "worker_hosts": "a:1,b:2",
}


def test_an_unknown_strategy_is_refused():
    with pytest.raises(ValueError, match="distribution_strategy='two'"):
        training.make_strategy("two")


@pytest.mark.parametrize(
    ("strategy", "name", "value"),
    [
        ("off", "all_reduce_alg", "nccl"),
        ("one_device", "worker_hosts", "a:1"),
        ("one_device", "task_index", 1),
        ("mirrored", "worker_hosts", "a:1,b:2"),
        ("mirrored", "tpu", "local"),
        ("multi_worker_mirrored", "tpu", "local"),
        ("tpu", "num_gpus", 1),
        ("tpu", "num_logical_cpus", 2),
        ("tpu", "all_reduce_alg", "ring"),
    ],
)
def test_what_has_no_meaning_with_a_strategy_is_named(strategy, name, value):
    with pytest.raises(ValueError, match=f"`{name}` has no meaning.*{value}"):
        training.make_strategy(strategy, **{name: value})


def test_more_gpus_than_there_are_are_refused():
    with pytest.raises(ValueError, match="num_gpus=99"):
        training.make_strategy("mirrored", num_gpus=99)


@pytest.mark.parametrize("name", ("num_gpus", "num_logical_cpus"))
def test_a_negative_number_of_devices_is_refused(name):
    with pytest.raises(ValueError, match=f"{name}=-1"):
        training.make_strategy("mirrored", **{name: -1})


def test_gpus_and_logical_processors_are_not_mixed():
    with pytest.raises(ValueError, match="num_gpus=1, num_logical_cpus=2"):
        training.make_strategy("mirrored", num_gpus=1, num_logical_cpus=2)


def test_an_unknown_all_reduce_is_refused():
    with pytest.raises(ValueError, match="all_reduce_alg='ring'"):
        training.make_strategy("mirrored", all_reduce_alg="ring")


class TestWorkers:
    @pytest.fixture(autouse=True)
    def _no_cluster(self, monkeypatch):
        monkeypatch.delenv("TF_CONFIG", raising=False)

    def test_must_be_named(self):
        with pytest.raises(ValueError, match="worker_hosts=None"):
            training.make_strategy("multi_worker_mirrored")

    @pytest.mark.parametrize("hosts", ("a", "a:1,b", "a:1,b:c", ":1", ""))
    def test_must_be_hosts_and_ports(self, hosts):
        with pytest.raises(ValueError, match="worker_hosts="):
            training.make_strategy(**WORKERS | {"worker_hosts": hosts})

    @pytest.mark.parametrize("index", (-1, 2))
    def test_must_hold_this_one(self, index):
        with pytest.raises(ValueError, match=f"task_index={index}"):
            training.make_strategy(**WORKERS, task_index=index)

    def test_are_refused_before_anything_is_connected(self):
        with pytest.raises(ValueError, match="all_reduce_alg='sum'"):
            training.make_strategy(**WORKERS, all_reduce_alg="sum")
        assert "TF_CONFIG" not in os.environ

    @pytest.mark.parametrize("config", ("{", "{}", json.dumps({"cluster": 1})))
    def test_are_not_taken_from_a_malformed_variable(self, monkeypatch, config):
        monkeypatch.setenv("TF_CONFIG", config)
        with pytest.raises(ValueError, match="TF_CONFIG"):
            training.make_strategy("multi_worker_mirrored")


class TestTpu:
    def test_that_is_not_in_this_machine(self):
        with pytest.raises(ValueError, match="no TPU. Received: tpu='local'"):
            training.make_strategy("tpu")

    @pytest.mark.parametrize("address", ("grpc://localhost:1", "grpc://here"))
    def test_that_does_not_answer(self, address):
        with pytest.raises(ValueError, match=f"No TPU answers.*{address}"):
            training.make_strategy("tpu", tpu=address)

    def test_that_has_a_name_elsewhere(self):
        with pytest.raises(ValueError, match="Google Cloud.*'mine'"):
            training.make_strategy("tpu", tpu="mine")

    def test_that_this_tensorflow_does_not_know(self, monkeypatch):
        monkeypatch.setattr(tf, "__version__", "2.21.0")
        with pytest.raises(ValueError, match="no TPU build after 2.20.*2.21.0"):
            training.make_strategy("tpu", tpu="grpc://localhost:1")
