"""Makes the strategy that the flags ask for."""

import tensorflow as tf

from nlp_modeling import training
from official_runs.program import distribution_flags


def strategy_from_flags() -> tf.distribute.Strategy:
    """Makes the strategy that the flags ask for.

    Raises:
        ConnectionError: If a worker does not come in time.
        ValueError: If flags do not go together, or a device is not there.
    """
    if distribution_flags.ENABLE_XLA.value:
        tf.config.optimizer.set_jit(True)
    return training.make_strategy(
        distribution_flags.STRATEGY.value,
        num_gpus=distribution_flags.NUM_GPUS.value,
        num_logical_cpus=distribution_flags.NUM_LOGICAL_CPUS.value,
        all_reduce_alg=distribution_flags.ALL_REDUCE_ALG.value,
        worker_hosts=distribution_flags.WORKER_HOSTS.value,
        task_index=distribution_flags.TASK_INDEX.value,
        worker_timeout=distribution_flags.WORKER_TIMEOUT.value,
        tpu=distribution_flags.TPU.value,
    )
