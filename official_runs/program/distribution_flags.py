"""Defines the flags that say where a run runs."""

from absl import flags

from official_runs.program import flag_types

STRATEGY = flags.DEFINE_enum(
    "distribution_strategy",
    "one_device",
    ["off", "one_device", "mirrored", "multi_worker_mirrored", "tpu"],
    "Over which devices training is spread.",
)
NUM_GPUS = flag_types.whole_number(
    "num_gpus", None, "GPUs of this machine to use; all unless given.", low=0
)
NUM_LOGICAL_CPUS = flag_types.whole_number(
    "num_logical_cpus",
    None,
    "Split the processor into so many devices, to rehearse `mirrored`.",
    high=1024,
)
ALL_REDUCE_ALG = flags.DEFINE_enum(
    "all_reduce_alg",
    None,
    ["nccl", "hierarchical_copy", "ring"],
    "How gradients are summed: nccl or hierarchical_copy (mirrored), ring or "
    "nccl (multi_worker_mirrored).",
)
WORKER_HOSTS = flags.DEFINE_string(
    "worker_hosts",
    None,
    "host:port of every worker, joined by commas; else what TF_CONFIG says.",
)
TASK_INDEX = flag_types.whole_number(
    "task_index", 0, "Which of the workers this process is.", low=0
)
WORKER_TIMEOUT = flag_types.number(
    "worker_timeout", 600, "Seconds to wait for the other workers.", low=0
)
TPU = flags.DEFINE_string(
    "tpu", None, "Name or address of the TPU; `local` on a TPU machine."
)
ENABLE_XLA = flags.DEFINE_bool(
    "enable_xla", False, "Compile parts of the graph; for GPUs."
)


@flags.multi_flags_validator(
    ["enable_xla", "distribution_strategy"],
    "--enable_xla is not for TPUs, which compile every step anyway.",
)
def _xla_is_not_for_tpus(values):
    return not (
        values["enable_xla"] and values["distribution_strategy"] == "tpu"
    )
