"""Defines the flags that set anything, by gin."""

from absl import flags

from official_runs.program import flag_types
from official_runs.program.find_gin_file import find_gin_file

GIN_FILES = flags.DEFINE_multi_string(
    "gin_file",
    [],
    "Settings, over the program's own; may be repeated, the later one counts. "
    "A name such as networks/bert_tiny.gin is found in official_runs/gin.",
)
GIN_PARAMS = flags.DEFINE_multi_string(
    "gin_param", [], "One setting, such as `AdamW.weight_decay = 0.1`."
)
BERT_CONFIG = flag_types.input_file(
    "bert_config_file", None, "The JSON of Google's checkpoints, for the sizes."
)
ALLOW_IMPORTS = flags.DEFINE_bool(
    "allow_gin_imports",
    False,
    "Whether gin files may import modules, and so run any code.",
)


@flags.validator("gin_file")
def _require_found(names):
    for name in names:
        try:
            find_gin_file(name)
        except ValueError as error:
            raise flags.ValidationError(str(error)) from None
    return True
