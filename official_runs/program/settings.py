"""Reads, compares and writes the settings of a run."""

import os
import re
from collections.abc import Mapping
from typing import TypedDict

import gin
from absl import flags

from nlp_modeling import files, json_files
from official_runs.program import settings_flags
from official_runs.program.gin_statements import read_gin_file, split_gin
from official_runs.program.require_macros import require_macros


class _BertConfig(TypedDict):
    attention_probs_dropout_prob: float
    hidden_act: str
    hidden_dropout_prob: float
    hidden_size: int
    intermediate_size: int
    max_position_embeddings: int
    num_attention_heads: int
    num_hidden_layers: int
    type_vocab_size: int


# gin cuts long strings where lines end: equal widths give equal texts.
_WIDTH = 76
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
        ValueError: If a file or a setting is unknown or malformed, or a macro
            has no value.
    """
    gin.clear_config()
    imports = settings_flags.ALLOW_IMPORTS.value
    for name in [own, *settings_flags.GIN_FILES.value]:
        for source, text in read_gin_file(name, imports):
            _apply(text, source)
    if settings_flags.BERT_CONFIG.value:
        _apply(
            _from_bert_config(settings_flags.BERT_CONFIG.value),
            settings_flags.BERT_CONFIG.value,
        )
    for parameter in settings_flags.GIN_PARAMS.value:
        given = f"--gin_param={parameter!r}"
        for source, text in split_gin(parameter, given, imports):
            _apply(text, source)
    for name, setting in spellings.items():
        value = flags.FLAGS[name].value
        if value is not None and isinstance(setting, Mapping):
            _apply(setting[value], f"--{name}")
        elif value is not None:
            _apply(f"{setting} = {value!r}", f"--{name}={value!r}")
    for name, value in bindings.items():
        _apply(f"{name} = {value!r}", name)
    require_macros()


def _apply(statements, source):
    try:
        gin.parse_config(statements)
    except (
        SyntaxError,
        TypeError,
        ValueError,
        LookupError,
        AttributeError,
        ImportError,
    ) as error:
        raise ValueError(
            f"Settings must be known to gin. Received: {source}: {error}"
        ) from error


def write_settings(folder: str) -> None:
    """Writes the settings that count to `config.gin`, in a run's folder.

    Call it when all objects that settings make are made.
    """
    files.replace_file(_path(folder), _settings_that_count())


def require_same_settings(folder: str, are_used: bool = True) -> None:
    """Raises if a run's folder has a `config.gin` of other settings.

    Values are compared. A setting that only one of the two has counts if it was
    given: a default value of a later version is no change.

    Args:
        folder: The run's.
        are_used: Whether all objects that settings make are made. Before, only
            settings that both runs were given are compared.

    Raises:
        ValueError: Naming the settings that differ.
    """
    if not files.file_exists(_path(folder)):
        return
    old = _statements(json_files.read_text(_path(folder)))
    if any(name.startswith("run.") for name in old):
        raise ValueError(
            "A run must resume with the version of nlp_modeling that began it. "
            "An earlier version began this one: choose another --model_dir, "
            "and name this folder as --init_checkpoint to take its weights. "
            f"Received: model_dir={folder!r}."
        )
    given = _statements(gin.config_str(max_line_length=_WIDTH))
    new = {name: given[name] for name in given if name in old}
    if are_used:
        new = _statements(_settings_that_count())
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
    return gin.operative_config_str(max_line_length=_WIDTH)


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
    config = json_files.read_json(path, _BertConfig)
    lines = ["NETWORK = @TransformerEncoder"]
    for name, ours in _BERT_CONFIG_NAMES.items():
        value = config[name]
        # Google's gelu is the encoder's default; Keras's of this name is exact.
        if name == "hidden_act" and value == "gelu":
            continue
        lines.append(f"TransformerEncoder.{ours} = {value!r}")
    return "\n".join(lines)
