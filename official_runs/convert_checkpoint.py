r"""Converts a model between this package and other systems.

  python -m official_runs.convert_checkpoint --source=uncased_L-2_H-128_A-2 \
    --format=hugging_face --output_dir=/tmp/bert-tiny

The source is a preset, the folder of a run, a folder of Hugging Face (BERT,
ALBERT, DistilBERT, ELECTRA, RoBERTa, ModernBERT), of google-research (BERT,
ALBERT, ELECTRA), of KerasHub or of TF Hub (BERT), or a name on a hub
(hf://owner/name). Heads are converted with their
encoder. What was written is read again, and must give the same outputs; if
`transformers` or `keras_hub` is installed, its own outputs are compared too.
docs/weights.md has a table of all directions.
"""

from absl import flags

from official_runs.program import flag_types
from official_runs.program.run_program import run_program

_SOURCE = flags.DEFINE_string(
    "source", None, "What to convert: a folder, or a name on a hub."
)
_FORMAT = flags.DEFINE_enum(
    "format",
    "hugging_face",
    ["preset", "hugging_face", "google_bert", "keras_hub"],
    "What to write: a preset of this package, a folder of Hugging Face, a "
    "TensorFlow 1 checkpoint of google-research/bert, or a preset of KerasHub.",
)
_OUTPUT_DIR = flag_types.path(
    "output_dir", None, "The folder to make.", required=True
)
_OVERWRITE = flags.DEFINE_bool("overwrite", False, "Replace what exists.")
flags.mark_flag_as_required("source")


def main():
    from official_runs.finetuning.convert import convert

    convert(_SOURCE.value, _FORMAT.value, _OUTPUT_DIR.value, _OVERWRITE.value)


if __name__ == "__main__":
    run_program(main)
