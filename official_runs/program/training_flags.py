"""Defines the flags of every program that trains."""

from absl import flags

from official_runs.program import flag_types

flag_types.whole_number(
    "train_batch_size",
    None,
    "Examples of a step, over all replicas.",
    high=2**20,
)
flag_types.whole_number(
    "eval_batch_size", None, "Examples of a batch in evaluation.", high=2**20
)
flag_types.whole_number("num_train_steps", None, "The last step of training.")
flag_types.number("num_train_epochs", None, "Epochs of training.", 0, 1e6)
flag_types.whole_number(
    "max_seq_length",
    None,
    "Length of an example, in word pieces.",
    low=4,
    high=2**20,
)
flags.DEFINE_enum("dtype", None, ["fp32", "bf16", "fp16"], "Number format.")
flag_types.loss_scale(
    "loss_scale", None, "With fp16: `dynamic`, or a number for a constant."
)
flags.DEFINE_enum(
    "optimizer_type", None, ["adamw", "lamb", "adafactor"], "The optimizer."
)
flag_types.number("learning_rate", None, "Learning rate after the warm-up.", 0)
flag_types.number("end_lr", None, "Learning rate at the last step.", 0)
flag_types.whole_number(
    "warmup_steps", None, "Steps of rising learning rate.", low=0
)
flag_types.whole_number("steps_per_loop", None, "Steps between two reports.")
flag_types.whole_number(
    "checkpoint_interval", None, "Steps between two checkpoints."
)
flag_types.whole_number(
    "evaluation_interval", None, "Steps between two evaluations."
)
flag_types.whole_number(
    "accumulation_steps",
    None,
    "Microbatches of a replica's batch, for less memory.",
)
flag_types.whole_number("seed", None, "Decides all randomness.", low=0)
flag_types.input_file("vocab_file", None, "vocab.txt.")
flags.DEFINE_bool(
    "do_lower_case", None, "Whether text loses case and accents: uncased."
)
flag_types.path(
    "init_checkpoint",
    None,
    "Weights to begin with: a preset, a run's folder, a folder of Hugging "
    "Face, google-research or TF Hub, or a Model Garden checkpoint.",
)
MODEL_DIR = flag_types.path(
    "model_dir",
    None,
    "The run's folder; the same command resumes the run.",
    required=True,
)
ACCEPT_CHANGED_SETTINGS = flags.DEFINE_bool(
    "accept_changed_settings",
    False,
    "Resume a run that began with other settings.",
)


@flags.multi_flags_validator(
    ["warmup_steps", "num_train_steps"],
    "--warmup_steps must not be more than --num_train_steps.",
)
def _warms_up_in_time(values):
    warmup, steps = values["warmup_steps"], values["num_train_steps"]
    return warmup is None or steps is None or warmup <= steps


# The setting that each flag spells.
SPELLINGS = {
    "num_train_steps": "NUM_TRAIN_STEPS",
    "train_batch_size": "TRAIN_BATCH_SIZE",
    "eval_batch_size": "EVAL_BATCH_SIZE",
    "max_seq_length": "SEQUENCE_LENGTH",
    "dtype": "DTYPE",
    "loss_scale": "LOSS_SCALE",
    "optimizer_type": {
        "adamw": "make_optimizer.optimizer = @AdamW",
        "lamb": "make_optimizer.optimizer = @LAMB",
        "adafactor": "make_optimizer.optimizer = @Adafactor",
    },
    "learning_rate": "LEARNING_RATE",
    "end_lr": "END_LEARNING_RATE",
    "warmup_steps": "WARMUP_STEPS",
    "steps_per_loop": "Schedule.steps_per_loop",
    "checkpoint_interval": "Schedule.checkpoint_interval",
    "evaluation_interval": "EVALUATION_INTERVAL",
    "accumulation_steps": "TrainStep.accumulation_steps",
    "seed": "SEED",
    "init_checkpoint": "INIT_CHECKPOINT",
}
