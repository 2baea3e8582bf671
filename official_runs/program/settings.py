"""What a run is: gin files, and flags that are other spellings of them."""

import difflib
import json
import logging
import os
import re
from collections.abc import Mapping

import gin
import tensorflow as tf
from absl import flags

# Where gin looks for files that are not where their names say, included ones
# too. On the way there it logs an error for every place without them.
gin.add_config_file_search_path(os.path.join(os.path.dirname(__file__), "gin"))
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


def parse_settings(
    own: str, spellings: Mapping[str, str | Mapping[str, str]]
) -> None:
    """Reads settings: the program's, gin files', parameters' and flags'.

    A later one of these counts over an earlier one.

    Args:
        own: The program's own gin file, which has a value for everything.
        spellings: Names of flags, and of the settings that they spell; or, for
            each value of a flag, what is set.

    Raises:
        ValueError: If a file or a setting is unknown or malformed.
    """
    gin.clear_config()
    try:
        for file in [own, *_GIN_FILES.value]:
            gin.parse_config_file(file)
        if _BERT_CONFIG.value:
            gin.parse_config(_from_bert_config(_BERT_CONFIG.value))
        gin.parse_config(_GIN_PARAMS.value)
        for name, setting in spellings.items():
            value = flags.FLAGS[name].value
            if value is None:
                continue
            if isinstance(setting, Mapping):
                gin.parse_config(setting[value])
            else:
                gin.parse_config(f"{setting} = {value!r}")
    except (SyntaxError, TypeError, OSError, LookupError) as error:
        raise ValueError(f"Settings must be known to gin. {error}") from error


def write_settings(folder: str, changed: bool) -> None:
    """Writes the settings that count to `config.gin`, once built.

    Args:
        folder: The run's.
        changed: Whether other settings than those that the folder's run began
            with may count from now on.

    Raises:
        ValueError: If the folder's run began with others.
    """
    path = os.path.join(folder, "config.gin")
    settings = gin.operative_config_str(max_line_length=76)
    if tf.io.gfile.exists(path):
        with tf.io.gfile.GFile(path) as file:
            began_with = file.read()
        if began_with != settings and not changed:
            raise ValueError(
                "A run goes on with the settings that it began with, unless "
                "--accept_changed_settings says otherwise. Received, in place "
                f"of those in {path}: {_difference(began_with, settings)}."
            )
    with tf.io.gfile.GFile(f"{path}.new", "w") as file:
        file.write(settings)
    tf.io.gfile.rename(f"{path}.new", path, overwrite=True)


def _difference(old, new):
    old, new = ([_flat(x) for x in _statements(text)] for text in (old, new))
    return "; ".join(
        line
        for line in difflib.unified_diff(old, new, n=0, lineterm="")
        if not line.startswith(("---", "+++", "@@"))
    )


def _statements(text):
    lines = [x for x in text.split("\n") if x and not x.startswith("#")]
    return re.split(r"\n(?=\S)", "\n".join(lines))


def _flat(statement):
    return " ".join(statement.split())


def _from_bert_config(path):
    with tf.io.gfile.GFile(path) as file:
        config = json.loads(file.read())
    missing = sorted(set(_BERT_CONFIG_NAMES) - set(config))
    if missing:
        raise ValueError(
            f"--bert_config_file must have {sorted(_BERT_CONFIG_NAMES)}. "
            f"Received: {path} without {missing}."
        )
    lines = ["run.network = @TransformerEncoder"]
    for name, ours in _BERT_CONFIG_NAMES.items():
        value = config[name]
        # Google's gelu is the encoder's default; Keras's of this name is exact.
        if name == "hidden_act" and value == "gelu":
            continue
        lines.append(f"TransformerEncoder.{ours} = {value!r}")
    return lines
