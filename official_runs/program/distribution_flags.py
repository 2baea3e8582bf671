"""Defines the flags that say where a run runs."""

import contextlib
import signal
import sys

import tensorflow as tf
from absl import flags

from nlp_modeling import training

_STRATEGY = flags.DEFINE_enum(
    "distribution_strategy",
    "one_device",
    training.STRATEGIES,
    "Over which devices training is spread.",
)
_NUM_GPUS = flags.DEFINE_integer(
    "num_gpus", None, "GPUs of this machine to use; all unless given."
)
_NUM_LOGICAL_CPUS = flags.DEFINE_integer(
    "num_logical_cpus",
    None,
    "Split the processor into so many devices, to rehearse `mirrored`.",
    lower_bound=1,
)
_ALL_REDUCE_ALG = flags.DEFINE_string(
    "all_reduce_alg",
    None,
    "How gradients are summed: nccl or hierarchical_copy (mirrored), ring or "
    "nccl (multi_worker_mirrored).",
)
_WORKER_HOSTS = flags.DEFINE_string(
    "worker_hosts",
    None,
    "host:port of every worker, joined by commas; else what TF_CONFIG says.",
)
_TASK_INDEX = flags.DEFINE_integer(
    "task_index", 0, "Which of the workers this process is.", lower_bound=0
)
_TPU = flags.DEFINE_string(
    "tpu", None, "Name or address of the TPU; `local` on a TPU machine."
)
_ENABLE_XLA = flags.DEFINE_bool(
    "enable_xla", False, "Compile parts of the graph; for GPUs."
)


def strategy_from_flags() -> tf.distribute.Strategy:
    """Makes the strategy that the flags ask for.

    Raises:
        ValueError: If flags do not go together, or a device is not there.
    """
    if _ENABLE_XLA.value:
        if _STRATEGY.value == "tpu":
            raise ValueError(
                "--enable_xla is not for TPUs, which compile every step anyway."
                " Received: distribution_strategy=tpu, enable_xla=True."
            )
        tf.config.optimizer.set_jit(True)
    several = _STRATEGY.value == "multi_worker_mirrored"
    with _waiting_for_workers() if several else contextlib.nullcontext():
        return training.make_strategy(
            _STRATEGY.value,
            num_gpus=_NUM_GPUS.value,
            num_logical_cpus=_NUM_LOGICAL_CPUS.value,
            all_reduce_alg=_ALL_REDUCE_ALG.value,
            worker_hosts=_WORKER_HOSTS.value,
            task_index=_TASK_INDEX.value,
            tpu=_TPU.value,
        )


@contextlib.contextmanager
def _waiting_for_workers():
    """Prints that workers are awaited, and lets Ctrl-C end the process.

    TensorFlow waits up to an hour without a word, and keeps Python from
    handling signals meanwhile.
    """
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    print("Waiting for the other workers.", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
