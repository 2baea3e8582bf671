r"""Exports a fine-tuned model, or an encoder, as one artefact of raw strings.

  python -m official_runs.export_model --model_dir=/tmp/sst2 \
    --model_export_path=/tmp/sst2/export

A run's folder becomes what it was fine-tuned for: a classifier, a regression, a
reader or a tagger. An encoder (--init_checkpoint: a preset, or a BERT folder of
Hugging Face) gives every text a vector. See `nlp_modeling.serving`; predict
applies what is exported.
"""

import json
import os

import tensorflow as tf
from absl import flags

from nlp_modeling import checkpoints, serving, text
from official_runs.finetuning.export import export_finetuned
from official_runs.program.run_program import run_program

_MODEL_DIR = flags.DEFINE_string(
    "model_dir", None, "The folder of a run that fine-tuned."
)
_ENCODER = flags.DEFINE_string(
    "init_checkpoint", None, "Instead: the folder of an encoder."
)
_EXPORT_PATH = flags.DEFINE_string(
    "model_export_path", None, "Where to write.", required=True
)
_NAME = flags.DEFINE_string("model_name", None, "The model card's title.")
_DATA = flags.DEFINE_string(
    "data_statement", "", "What the model learned from, for the model card."
)
_THRESHOLD = flags.DEFINE_float(
    "null_score_diff_threshold",
    None,
    "Of a reader that may refuse; unless given, the best on the eval examples.",
)
_SPLITS = flags.DEFINE_bool(
    "splits_punctuation",
    True,
    "A tagger's punctuation is words of its own; otherwise spaces part words.",
)
_SEQ_LENGTH = flags.DEFINE_integer(
    "max_seq_length", 128, "Of an encoder's texts, in word pieces."
)
_POOLING = flags.DEFINE_enum(
    "pooling", "mean", ["mean", "first", "pooler"], "An encoder's vectors."
)
_NORMALIZE = flags.DEFINE_bool("normalize", False, "Vectors have length 1.")
_LOWER_CASE = flags.DEFINE_bool(
    "do_lower_case", True, "Whether a folder of Hugging Face is uncased."
)
_OVERWRITE = flags.DEFINE_bool("overwrite", False, "Replace what exists.")


def export_encoder(source: str, folder: str, overwrite: bool = False) -> None:
    """Exports an encoder as the flags say: texts to vectors."""
    encoder = checkpoints.load_encoder(source)
    with tf.io.gfile.GFile(os.path.join(source, "config.json")) as file:
        is_preset = "class" in json.loads(file.read())
    if is_preset:
        tokenizer = text.BertTokenizer.from_preset(source)
    else:
        vocabulary = os.path.join(source, "vocab.txt")
        tokenizer = text.BertTokenizer(vocabulary, _LOWER_CASE.value)
    served = serving.Embedder(
        encoder, tokenizer, _POOLING.value, _NORMALIZE.value, _SEQ_LENGTH.value
    )
    card = serving.ModelCard(_NAME.value or "BERT encoder", _DATA.value)
    serving.export(served, folder, card, overwrite)


def main():
    if bool(_MODEL_DIR.value) == bool(_ENCODER.value):
        raise ValueError(
            "What to export must be named by one of --model_dir and "
            f"--init_checkpoint. Received: model_dir={_MODEL_DIR.value}, "
            f"init_checkpoint={_ENCODER.value}."
        )
    if _ENCODER.value:
        export_encoder(_ENCODER.value, _EXPORT_PATH.value, _OVERWRITE.value)
        return
    export_finetuned(
        _MODEL_DIR.value,
        _EXPORT_PATH.value,
        _OVERWRITE.value,
        null_score_diff_threshold=_THRESHOLD.value,
        splits_punctuation=_SPLITS.value,
        name=_NAME.value,
        data=_DATA.value,
    )


if __name__ == "__main__":
    run_program(main)
