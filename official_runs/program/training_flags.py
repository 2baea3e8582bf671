"""Defines the flags of every program that trains."""

from absl import flags

flags.DEFINE_integer(
    "train_batch_size", None, "Examples of a step, over all replicas."
)
flags.DEFINE_integer(
    "eval_batch_size", None, "Examples of a batch in evaluation."
)
flags.DEFINE_integer("num_train_steps", None, "The last step of training.")
flags.DEFINE_float("num_train_epochs", None, "Epochs of training.")
flags.DEFINE_integer(
    "max_seq_length", None, "Length of an example, in word pieces."
)
flags.DEFINE_enum("dtype", None, ["fp32", "bf16", "fp16"], "Number format.")
flags.DEFINE_string(
    "loss_scale", None, "With fp16: `dynamic`, or a number for a constant."
)
flags.DEFINE_enum(
    "optimizer_type", None, ["adamw", "lamb", "adafactor"], "The optimizer."
)
flags.DEFINE_float("learning_rate", None, "Learning rate after the warm-up.")
flags.DEFINE_float("end_lr", None, "Learning rate at the last step.")
flags.DEFINE_integer("warmup_steps", None, "Steps of rising learning rate.")
flags.DEFINE_integer("steps_per_loop", None, "Steps between two reports.")
flags.DEFINE_integer(
    "checkpoint_interval", None, "Steps between two checkpoints."
)
flags.DEFINE_integer(
    "evaluation_interval", None, "Steps between two evaluations."
)
flags.DEFINE_integer(
    "accumulation_steps",
    None,
    "Microbatches of a replica's batch, for less memory.",
)
flags.DEFINE_integer("seed", None, "Decides all randomness.")
flags.DEFINE_string("vocab_file", None, "vocab.txt.")
flags.DEFINE_bool(
    "do_lower_case", None, "Whether text loses case and accents: uncased."
)
flags.DEFINE_string(
    "init_checkpoint",
    None,
    "Weights to begin with: a preset, a run's folder, a BERT folder of Hugging "
    "Face or a Model Garden checkpoint.",
)
MODEL_DIR = flags.DEFINE_string(
    "model_dir",
    None,
    "The run's folder; the same command resumes the run.",
)
ACCEPT_CHANGED_SETTINGS = flags.DEFINE_bool(
    "accept_changed_settings",
    False,
    "Resume a run that began with other settings.",
)
flags.mark_flag_as_required("model_dir")

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
