"""Makes the strategy that spreads training over devices."""

import tensorflow as tf

from nlp_modeling.training.on_tensorflow.connect_tpu import connect_tpu
from nlp_modeling.training.on_tensorflow.describe_cluster import (
    describe_cluster,
)
from nlp_modeling.training.run.wait_for_workers import wait_for_workers

# Each strategy, and the arguments that mean something to it.
_DEVICES = ("num_gpus", "num_logical_cpus")
_ARGUMENTS = {
    "off": _DEVICES,
    "one_device": _DEVICES,
    "mirrored": (*_DEVICES, "all_reduce_alg"),
    "multi_worker_mirrored": (
        *_DEVICES,
        "all_reduce_alg",
        "worker_hosts",
        "task_index",
    ),
    "tpu": ("tpu",),
}
STRATEGIES = tuple(_ARGUMENTS)
_ALL_REDUCE = {
    "nccl": tf.distribute.NcclAllReduce,
    "hierarchical_copy": tf.distribute.HierarchicalCopyAllReduce,
}
_COLLECTIVES = {
    "ring": tf.distribute.experimental.CommunicationImplementation.RING,
    "nccl": tf.distribute.experimental.CommunicationImplementation.NCCL,
}


def make_strategy(
    distribution_strategy: str = "one_device",
    *,
    num_gpus: int | None = None,
    num_logical_cpus: int | None = None,
    all_reduce_alg: str | None = None,
    worker_hosts: str | None = None,
    task_index: int = 0,
    worker_timeout: float = 600,
    tpu: str | None = None,
) -> tf.distribute.Strategy:
    """Makes a strategy by its name, on the devices of this machine.

    Call it before TensorFlow touches a device.

    Args:
        distribution_strategy: One of `off` (no strategy), `one_device`,
            `mirrored` (several devices of this machine),
            `multi_worker_mirrored` (several machines) and `tpu`.
        num_gpus: How many GPUs of this machine to use; None for all.
        num_logical_cpus: Splits the processor into so many devices, to rehearse
            what several GPUs do.
        all_reduce_alg: How gradients are summed: `nccl` or `hierarchical_copy`
            with `mirrored`, `ring` or `nccl` with `multi_worker_mirrored`; None
            lets TensorFlow choose.
        worker_hosts: `host:port` of every worker, joined by commas; None for
            what the environment variable TF_CONFIG says.
        task_index: Which of the workers this process is.
        worker_timeout: How long to wait for the other workers, in seconds.
        tpu: Name or address of the TPU; `local` for this machine's.

    Raises:
        ConnectionError: If a worker does not come in time.
        ValueError: If an argument is unknown, does not go with another one, or
            asks for devices that are not there.
    """
    if distribution_strategy not in STRATEGIES:
        raise ValueError(
            f"`distribution_strategy` must be one of {STRATEGIES}. "
            f"Received: {distribution_strategy=}."
        )
    for name, value in {
        "num_gpus": num_gpus,
        "num_logical_cpus": num_logical_cpus,
        "all_reduce_alg": all_reduce_alg,
        "worker_hosts": worker_hosts,
        "task_index": task_index,
        "tpu": tpu,
    }.items():
        if value and name not in _ARGUMENTS[distribution_strategy]:
            raise ValueError(
                f"`{name}` has no meaning with this strategy. "
                f"Received: {name}={value!r}, {distribution_strategy=}."
            )
    if distribution_strategy == "tpu":
        return connect_tpu(tpu)
    choices = (
        _ALL_REDUCE if distribution_strategy == "mirrored" else _COLLECTIVES
    )
    if all_reduce_alg is not None and all_reduce_alg not in choices:
        raise ValueError(
            f"`all_reduce_alg` must be one of {list(choices)}. "
            f"Received: {all_reduce_alg=}, {distribution_strategy=}."
        )
    if distribution_strategy == "multi_worker_mirrored":
        # Before devices: the workers connect when a device is first touched.
        workers = describe_cluster(worker_hosts, task_index)
    devices = _devices(num_gpus, num_logical_cpus, distribution_strategy)
    if distribution_strategy == "off":
        return tf.distribute.get_strategy()
    if distribution_strategy == "one_device":
        return tf.distribute.OneDeviceStrategy(devices[0])
    if distribution_strategy == "mirrored":
        algorithm = choices.get(all_reduce_alg)
        return tf.distribute.MirroredStrategy(
            devices, cross_device_ops=algorithm() if algorithm else None
        )
    wait_for_workers(*workers, worker_timeout)
    options = tf.distribute.experimental.CommunicationOptions(
        implementation=choices.get(
            all_reduce_alg,
            tf.distribute.experimental.CommunicationImplementation.AUTO,
        )
    )
    return tf.distribute.MultiWorkerMirroredStrategy(
        communication_options=options
    )


def _devices(num_gpus, num_logical_cpus, distribution_strategy):
    """Names the devices to use, without touching them."""
    gpus = tf.config.list_physical_devices("GPU")
    if num_logical_cpus is not None:
        if num_logical_cpus < 1:
            raise ValueError(
                "`num_logical_cpus` must be positive. "
                f"Received: {num_logical_cpus=}."
            )
        if num_gpus:
            raise ValueError(
                "`num_gpus` and `num_logical_cpus` cannot both be given. "
                f"Received: {num_gpus=}, {num_logical_cpus=}."
            )
        cpu = tf.config.list_physical_devices("CPU")[0]
        parts = [tf.config.LogicalDeviceConfiguration()] * num_logical_cpus
        tf.config.set_logical_device_configuration(cpu, parts)
        tf.config.set_visible_devices([], "GPU")
        return [f"CPU:{index}" for index in range(num_logical_cpus)]
    if num_gpus is None:
        num_gpus = len(gpus)
    if not 0 <= num_gpus <= len(gpus):
        raise ValueError(
            "`num_gpus` must be between 0 and the number of GPUs that "
            f"TensorFlow finds, {len(gpus)}. Received: {num_gpus=}."
        )
    if distribution_strategy in ("off", "one_device") and num_gpus > 1:
        num_gpus = 1
    tf.config.set_visible_devices(gpus[:num_gpus], "GPU")
    for gpu in gpus[:num_gpus]:
        tf.config.experimental.set_memory_growth(gpu, True)
    return [f"GPU:{index}" for index in range(num_gpus)] or ["CPU:0"]
