"""Lists bad gin files, gin parameters and BERT configurations."""

import json

from tests.hostile.bad_inputs.bad_input import FOLDER, BadInput

_CONFIG = {
    "attention_probs_dropout_prob": 0.1,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "hidden_size": 16,
    "intermediate_size": 32,
    "max_position_embeddings": 512,
    "num_attention_heads": 2,
    "num_hidden_layers": 1,
    "type_vocab_size": 2,
}
_NETWORK = "TransformerEncoder"

# Parameters that no gin file can read, or that name nothing.
_PARAMETERS = (
    ("AdamW.beta_1=(((", "AdamW.beta_1"),
    ("AdamW.beta_1=", "AdamW.beta_1"),
    ("AdamW.beta_1", "AdamW.beta_1"),
    ("=1", "=1"),
    ("AdamW.beta_1 = 1 2", "1 2"),
    ("AdamW.beta_1 = {", "AdamW.beta_1"),
    ("AdamW.beta_1 = 'a", "AdamW.beta_1"),
    ("AdamW.beta_1 = [" + "[" * 500, "AdamW.beta_1"),
    ("Nothing.at_all = 1", "Nothing"),
    ("AdamW.nothing = 1", "nothing"),
    ("TransformerEncoder.nothing = 1", "nothing"),
    ("SEED = @nothing", "nothing"),
    ("SEED = %NOTHING", "NOTHING"),
    ("import os", "os"),
    ("import nothing.at.all", "nothing"),
    ("from __gin__ import dynamic_registration", "__gin__"),
    ("include 'nothing.gin'", "nothing.gin"),
    ("\x00", "gin_param"),
    ("é = (", "é"),
)
# Values that fit nothing, by the word that the error must hold.
_VALUES = (
    ("{n}.hidden_size = 'x'", "hidden_size"),
    ("{n}.hidden_size = -1", "hidden_size"),
    ("{n}.hidden_size = 0", "hidden_size"),
    ("{n}.hidden_size = 16.5", "hidden_size"),
    ("{n}.hidden_size = None", "hidden_size"),
    ("{n}.hidden_size = 15", "15"),
    ("{n}.num_layers = 0", "num_layers"),
    ("{n}.num_layers = 1000000000", "num_layers"),
    ("{n}.num_layers = 'x'", "num_layers"),
    ("{n}.num_attention_heads = 0", "num_attention_heads"),
    ("{n}.num_attention_heads = 3", "3"),
    ("{n}.intermediate_size = -5", "intermediate_size"),
    ("{n}.max_sequence_length = 0", "max_sequence_length"),
    ("{n}.type_vocab_size = 0", "type_vocab_size"),
    ("{n}.dropout_rate = 2", "dropout_rate"),
    ("{n}.dropout_rate = -0.1", "dropout_rate"),
    ("{n}.attention_dropout_rate = 'x'", "attention_dropout_rate"),
    ("{n}.activation = 'nothing'", "nothing"),
    ("AdamW.beta_1 = 2.0", "beta_1"),
    ("AdamW.weight_decay = 'x'", "weight_decay"),
    ("AdamW.weight_decay = -1", "weight_decay"),
    ("AdamW.epsilon = -1", "epsilon"),
    ("TrainStep.clip_norm = -1", "clip_norm"),
    ("TrainStep.accumulation_steps = 0", "accumulation_steps"),
    ("Schedule.steps_per_loop = 0", "steps_per_loop"),
    ("Schedule.steps_per_loop = 'x'", "steps_per_loop"),
    ("NUM_TRAIN_STEPS = 'x'", "num_train_steps"),
    ("TRAIN_BATCH_SIZE = 0", "batch_size"),
    ("TRAIN_BATCH_SIZE = 'x'", "train_batch_size"),
    ("DTYPE = 'fp8'", "fp8"),
    ("DTYPE = 5", "5"),
    ("SEED = 'x'", "seed"),
    ("LEARNING_RATE = 'x'", "learning_rate"),
    ("LEARNING_RATE = float", "float"),
    ("WARMUP_STEPS = -3", "warmup_steps"),
    ("make_optimizer.decay = None", "decay"),
    ("make_optimizer.optimizer = None", "optimizer"),
    ("make_optimizer.optimizer = 'adam'", "optimizer"),
    ("make_optimizer.decay = @linear_decay()", "decay"),
)
# Factories of each of the two functions that train.
_FACTORIES = {
    "run_pretraining": (
        "pretrain.network",
        "pretrain.tokenizer",
        "pretrain.batches",
        "pretrain.optimizer",
        "pretrain.train_step",
        "pretrain.schedule",
        "pretrain.objectives",
        "pretrain.train_batch_size",
        "pretrain.train_files",
        "PretrainingBatches.sequence_length",
        "PretrainingBatches.max_predictions",
    ),
    "run_classifier": (
        "finetune.task",
        "finetune.tokenizer",
        "finetune.encoder",
        "finetune.optimizer",
        "finetune.train_step",
        "finetune.schedule",
        "finetune.train_batch_size",
        "make_encoder.network",
        "Classification.model",
        "Classification.files",
        "Classification.sequence_length",
    ),
}
# Whole gin files, and what the error must hold.
_FILES = {
    "syntax": ("A.b = (((\n", "bad.gin"),
    "a second line": ("SEED = 1\nA.b = (((\n", "line"),
    "unknown name": ("SEED = 1\nNothing.b = 1\n", "Nothing"),
    "an import": ("import os\n", "os"),
    "an import of nothing": ("import nothing\n", "nothing"),
    "registration": ("from __gin__ import dynamic_registration\n", "__gin__"),
    "include": ("include 'nothing.gin'\n", "nothing.gin"),
    "include without a name": ("include\n", "bad.gin"),
    "include of itself": ("include 'bad.gin'\n", "include itself"),
    "circle": ("include 'other.gin'\n", "include itself"),
    "bytes": (b"\xff\xfe\x00\x01", "bad.gin"),
    "NUL": ("SEED = 1\x00\n", "bad.gin"),
    "UTF-16": ("SEED = 1\n".encode("utf-16"), "bad.gin"),
    "JSON": ('{"SEED": 1}\n', "bad.gin"),
    "Python": ("def f():\n  return 1\n", "bad.gin"),
    "an open string": ("A.b = 'x\n", "bad.gin"),
    "an open text": ('A.b = """x\n', "bad.gin"),
    "deep": ("A.b = " + "[" * 20_000 + "\n", "bad.gin"),
    "indentation": ("  SEED = 1\n A.b = 1\n", "bad.gin"),
    "a macro of itself": ("SEED = %SEED\n", "SEED"),
}
_BERT_CONFIGS = {
    "empty": ("", "bert.json"),
    "truncated": (json.dumps(_CONFIG)[:-9], "bert.json"),
    "a list": ("[]", "bert.json"),
    "null": ("null", "bert.json"),
    "no key": ("{}", "bert.json"),
    "text for a number": (
        json.dumps({**_CONFIG, "hidden_size": "x"}),
        "hidden_size",
    ),
    "null for a number": (
        json.dumps({**_CONFIG, "hidden_size": None}),
        "hidden_size",
    ),
    "a negative size": (
        json.dumps({**_CONFIG, "hidden_size": -16}),
        "hidden_size",
    ),
    "uneven heads": (json.dumps({**_CONFIG, "num_attention_heads": 3}), "3"),
    "unknown activation": (
        json.dumps({**_CONFIG, "hidden_act": "nothing"}),
        "nothing",
    ),
    "infinite layers": (
        json.dumps({**_CONFIG, "num_hidden_layers": 10**9}),
        "num_layers",
    ),
    "bytes": (b"\xff\xfe\x00\x01", "bert.json"),
    "deep": ("[" * 200_000, "bert.json"),
    "a folder": (FOLDER, "bert.json"),
}


def _settings():
    for program in _FACTORIES:
        for text, word in _PARAMETERS:
            what = f"--gin_param={text[:40]!r}"
            more = (f"--gin_param={text}",)
            yield BadInput(program, what, (word,), more=more)
        # The flags would win.
        unset = dict.fromkeys(
            ("num_train_steps", "train_batch_size", "warmup_steps")
        )
        unset["steps_per_loop"] = None
        for text, word in _VALUES:
            text = text.format(n=_NETWORK)
            flags = dict(unset)
            if not text.startswith("NUM_TRAIN"):
                flags["num_train_steps"] = 4
            if not text.startswith("WARMUP"):
                flags["warmup_steps"] = 1
            if not text.startswith("TRAIN_BATCH"):
                flags["train_batch_size"] = 8
            more = (f"--gin_param={text}",)
            yield BadInput(program, text, (word,), flags, more=more)
        for name in _FACTORIES[program]:
            for value in ("None", "'x'", "@AdamW"):
                if name.endswith("_files") and value == "'x'":
                    continue
                text, word = f"{name} = {value}", name.rpartition(".")[2]
                flags = {}
                if name.endswith("train_files"):
                    flags["input_files"] = None
                if name.endswith("train_batch_size"):
                    flags["train_batch_size"] = None
                if name.endswith("max_predictions"):
                    flags["max_predictions_per_seq"] = None
                if value == "None" and name.endswith("train_files"):
                    word = "--input_files"
                yield BadInput(
                    program,
                    text,
                    # A factory of another kind may say what it lacks.
                    () if "@" in value else (word,),
                    flags,
                    more=(f"--gin_param={text}",),
                )
        for what, (text, word) in _FILES.items():
            yield BadInput(
                program,
                f"gin file: {what}",
                (word,),
                files={"bad.gin": text, "other.gin": "include 'bad.gin'\n"},
                more=("--gin_file=BAD/bad.gin",),
            )
        for what, (text, word) in _BERT_CONFIGS.items():
            yield BadInput(
                program,
                f"bert_config_file: {what}",
                (word,),
                {"gin_file": None, "bert_config_file": "BAD/bert.json"},
                files={"bert.json": text},
            )
        for name in ("BAD/nothing.gin", "networks/nothing.gin", "BAD", ""):
            yield BadInput(
                program,
                f"--gin_file={name!r}",
                ("gin_file", name),
                {"gin_file": name},
            )


SETTINGS = list(_settings())
