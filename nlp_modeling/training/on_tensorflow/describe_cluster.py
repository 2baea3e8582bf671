"""Tells TensorFlow which machines work together."""

import json
import os
from typing import NotRequired, TypedDict

from nlp_modeling import json_files


class _Task(TypedDict):
    type: str
    index: int


class _Config(TypedDict):
    cluster: dict[str, list[str]]
    task: NotRequired[_Task]


def describe_cluster(
    worker_hosts: str | None, task_index: int
) -> tuple[list[str], int]:
    """Tells TensorFlow which machines work together, in TF_CONFIG.

    Args:
        worker_hosts: See `make_strategy`.
        task_index: See `make_strategy`.

    Returns:
        `host:port` of every worker, the leader first, and which of them this
        process is.

    Raises:
        ValueError: If they, or TF_CONFIG, describe no cluster.
    """
    if worker_hosts is None:
        return _cluster_of(os.environ.get("TF_CONFIG"))
    hosts = [host.strip() for host in worker_hosts.split(",")]
    _require_hosts(hosts, f"{worker_hosts=}")
    if not 0 <= task_index < len(hosts):
        raise ValueError(
            f"`task_index` must be one of the {len(hosts)} workers, counted "
            f"from 0. Received: {task_index=}, {worker_hosts=}."
        )
    os.environ["TF_CONFIG"] = json.dumps(
        {
            "cluster": {"worker": hosts},
            "task": {"type": "worker", "index": task_index},
        }
    )
    return hosts, task_index


def _cluster_of(config):
    if not config:
        raise ValueError(
            "Several workers need `worker_hosts`, or the environment variable "
            f"TF_CONFIG. Received: worker_hosts=None, TF_CONFIG={config!r}."
        )
    found = json_files.parse_json(config, _Config, f"TF_CONFIG={config!r}")
    task = found.get("task", {"type": "worker", "index": 0})
    jobs = {job: found["cluster"].get(job, []) for job in ("chief", "worker")}
    hosts = jobs["chief"] + jobs["worker"]
    _require_hosts(hosts, f"TF_CONFIG={config!r}")
    if not 0 <= task["index"] < len(jobs.get(task["type"], [])):
        raise ValueError(
            "The task of TF_CONFIG must be a chief or worker of its cluster. "
            f"Received: TF_CONFIG={config!r}."
        )
    before = len(jobs["chief"]) if task["type"] == "worker" else 0
    return hosts, before + task["index"]


def _require_hosts(hosts, received):
    for host in hosts:
        name, _, port = host.rpartition(":")
        if not name or "/" in name or not port.isdecimal():
            break
        if not 1 <= int(port) <= 65535:
            break
    else:
        if hosts and len(set(hosts)) == len(hosts):
            return
    raise ValueError(
        "Workers must be given as host:port, each once, with ports from 1 to "
        f"65535. Received: {received}."
    )
