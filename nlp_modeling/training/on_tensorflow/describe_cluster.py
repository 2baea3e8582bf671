"""Tells TensorFlow which machines work together."""

import json
import os


def describe_cluster(worker_hosts: str | None, task_index: int) -> None:
    """Tells TensorFlow which machines work together, in TF_CONFIG.

    Args:
        worker_hosts: See `make_strategy`.
        task_index: See `make_strategy`.

    Raises:
        ValueError: If they, or TF_CONFIG, describe no cluster.
    """
    if worker_hosts is None:
        _require_cluster(os.environ.get("TF_CONFIG"))
        return
    hosts = [host.strip() for host in worker_hosts.split(",")]
    for host in hosts:
        name, _, port = host.rpartition(":")
        if not name or not port.isdigit():
            raise ValueError(
                "`worker_hosts` must be host:port of every worker, joined by "
                f"commas. Received: {worker_hosts=}."
            )
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


def _require_cluster(config):
    try:
        if json.loads(config)["cluster"]["worker"]:
            return
    except (ValueError, TypeError, LookupError):
        pass
    raise ValueError(
        "Several workers need `worker_hosts`, or the environment variable "
        "TF_CONFIG, JSON with a list of hosts as cluster.worker. "
        f"Received: worker_hosts=None, TF_CONFIG={config!r}."
    )
