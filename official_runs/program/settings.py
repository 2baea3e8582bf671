"""Reads, compares and writes the settings of a run."""

import json
import logging
import os
import re
from collections.abc import Mapping

import gin
import tensorflow as tf
from absl import flags

from nlp_modeling import files

# gin looks for files, included ones too, in the working folder and then here.
# For every folder without the file it logs an error.
gin.add_config_file_search_path(
    os.path.join(os.path.dirname(os.path.dirname(__file__)), "gin")
)
logging.getLogger().addFilter(lambda record: record.module != "resource_reader")

_GIN_FILES = flags.DEFINE_multi_string(
    "gin_file",
    [],
    "Settings, over the program's own; may be repeated, the later one counts. "
    "A name such as networks/bert_tiny.gin is found in official_runs/gin.",
)
_GIN_PARAMS = flags.DEFINE_multi_string(
    "gin_param", [], "One setting, such as `AdamW.weight_decay = 0.1`."
)
_BERT_CONFIG = flags.DEFINE_string(
    "bert_config_file", None, "The JSON of Google's checkpoints, for the sizes."
)

# The names of a bert_config.json, and the encoder's arguments.
_BERT_CONFIG_NAMES = {
    "attention_probs_dropout_prob": "attention_dropout_rate",
    "hidden_act": "activation",
    "hidden_dropout_prob": "dropout_rate",
    "hidden_size": "hidden_size",
    "intermediate_size": "intermediate_size",
    "max_position_embeddings": "max_sequence_length",
    "num_attention_heads": "num_attention_heads",
    "num_hidden_layers": "num_layers",
    "type_vocab_size": "type_vocab_size",
}


def read_settings(
    own: str, spellings: Mapping[str, str | Mapping], **bindings
) -> None:
    """Reads settings from gin files, parameters and flags, the last one wins.

    The order is: the program's own file, `--gin_file`, `--bert_config_file`,
    `--gin_param`, flags that spell a setting, `bindings`.

    Args:
        own: The program's own gin file, which has a value for everything.
        spellings: Names of flags, and the setting that each spells; or, for
            each value of a flag, the statement that it stands for.
        **bindings: Macros and their values, which win over all others.

    Raises:
        ValueError: If a file or a setting is unknown or malformed.
    """
    gin.clear_config()
    statements = []
    for name, setting in spellings.items():
        value = flags.FLAGS[name].value
        if value is not None and isinstance(setting, Mapping):
            statements.append(setting[value])
        elif value is not None:
            statements.append(f"{setting} = {value!r}")
    statements += [f"{name} = {value!r}" for name, value in bindings.items()]
    try:
        for file in [own, *_GIN_FILES.value]:
            gin.parse_config_file(file)
        if _BERT_CONFIG.value:
            gin.parse_config(_from_bert_config(_BERT_CONFIG.value))
        gin.parse_config([*_GIN_PARAMS.value, *statements])
    except (SyntaxError, TypeError, OSError, LookupError) as error:
        raise ValueError(f"Settings must be known to gin. {error}") from error


def write_settings(folder: str) -> None:
    """Writes the settings that count to `config.gin`, in a run's folder.

    Call it when all objects that settings make are made.
    """
    files.replace_file(_path(folder), _settings_that_count())


def require_same_settings(folder: str) -> None:
    """Raises if a run's folder has a `config.gin` of other settings.

    Values are compared. A setting that only one of the two has counts if it was
    given: a default value of a later version is no change.

    Args:
        folder: The run's.

    Raises:
        ValueError: Naming the settings that differ.
    """
    if not files.file_exists(_path(folder)):
        return
    with files.open_file(_path(folder)) as file:
        old = _statements(file.read())
    if any(name.startswith("run.") for name in old):
        raise ValueError(
            "A run must resume with the version of nlp_modeling that began it. "
            "An earlier version began this one: choose another --model_dir, "
            "and name this folder as --init_checkpoint to take its weights. "
            f"Received: model_dir={folder!r}."
        )
    new = _statements(_settings_that_count())
    given = _statements(gin.config_str())
    changed = [
        f"{name} = {value} (was {old.get(name, 'not set')})"
        for name, value in new.items()
        if value != old.get(name, None if name in given else value)
    ]
    if changed:
        raise ValueError(
            "A run resumes with the settings that it began with, unless "
            "--accept_changed_settings is given. Received, in place of those "
            f"in {_path(folder)}: {'; '.join(changed)}."
        )


def _settings_that_count():
    # gin cuts long strings where lines end: equal widths give equal texts.
    return gin.operative_config_str(max_line_length=76)


def _path(folder):
    return os.path.join(folder, "config.gin")


def _statements(text):
    """Splits a text of gin's into a dict of names and values."""
    lines = [x for x in text.split("\n") if x and not x.startswith("#")]
    statements = re.split(r"\n(?=\S)", "\n".join(lines))
    pairs = (" ".join(x.split()).partition(" = ") for x in statements)
    # A long value follows a backslash, on lines of its own.
    return {name: value.removeprefix("\\ ") for name, _, value in pairs}


def _from_bert_config(path):
    with tf.io.gfile.GFile(path) as file:
        config = json.loads(file.read())
    missing = sorted(set(_BERT_CONFIG_NAMES) - set(config))
    if missing:
        raise ValueError(
            f"--bert_config_file must have {sorted(_BERT_CONFIG_NAMES)}. "
            f"Received: {path} without {missing}."
        )
    lines = ["NETWORK = @TransformerEncoder"]
    for name, ours in _BERT_CONFIG_NAMES.items():
        value = config[name]
        # Google's gelu is the encoder's default; Keras's of this name is exact.
        if name == "hidden_act" and value == "gelu":
            continue
        lines.append(f"TransformerEncoder.{ours} = {value!r}")
    return lines
