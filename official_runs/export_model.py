r"""Exports a fine-tuned model, or an encoder, as one artefact of strings.

  python -m official_runs.export_model --model_dir=/tmp/sst2 \
    --model_export_path=/tmp/sst2/export

A run's folder becomes what it was fine-tuned for: a classifier, a regression, a
reader or a tagger. An encoder (--init_checkpoint: a preset, or a BERT folder of
Hugging Face) gives every text a vector. --format=onnx writes for ONNX Runtime,
--format=litert for LiteRT on phones, and --quantize=int8 makes the kernels of
both of 8 bits. With --eval_file the model card has the scores of what was
written. See `nlp_modeling.serving`; predict applies what is exported.
"""

from absl import flags

from official_runs.program import flag_types
from official_runs.program.run_program import run_program

_MODEL_DIR = flag_types.input_folder(
    "model_dir", None, "The folder of a run that fine-tuned."
)
_ENCODER = flag_types.input_folder(
    "init_checkpoint", None, "Instead: the folder of an encoder."
)
_EXPORT_PATH = flag_types.path(
    "model_export_path", None, "Where to write.", required=True
)
_FORMAT = flags.DEFINE_enum(
    "format",
    "saved_model",
    ["saved_model", "onnx", "litert"],
    "A SavedModel of strings, or a graph of ids for ONNX Runtime or LiteRT "
    "with its tokenizer.",
)
_QUANTIZE = flags.DEFINE_enum(
    "quantize", None, ["int8"], "Kernels of 8 bits, of ONNX and LiteRT."
)
_NAME = flags.DEFINE_string("model_name", None, "The model card's title.")
_DATA = flags.DEFINE_string(
    "data_statement", "", "What the model learned from, for the model card."
)
_EVAL_FILE = flag_types.input_file(
    "eval_file",
    None,
    "Labelled examples of a run's task: what was written is applied to them, "
    "and the model card has the scores.",
)
_COLUMNS = (
    flags.DEFINE_list(
        "text_columns", None, "Your own columns of text in --eval_file."
    ),
    flags.DEFINE_string(
        "label_column", None, "Your own column of classes or numbers."
    ),
    flags.DEFINE_bool(
        "header", True, "Whether the first line of --eval_file names columns."
    ),
)
_OVERWRITE = flags.DEFINE_bool("overwrite", False, "Replace what exists.")
_OF_A_RUN = (
    flag_types.number(
        "null_score_diff_threshold",
        None,
        "Of a reader that may refuse; unless given, the best on the eval "
        "examples.",
    ),
    flags.DEFINE_bool(
        "splits_punctuation",
        True,
        "A tagger's punctuation is words of its own; otherwise spaces part "
        "words.",
    ),
)
_SEQ_LENGTH = flag_types.whole_number(
    "max_seq_length", 128, "Of an encoder's texts, in word pieces.", low=5
)
_POOLING = flags.DEFINE_enum(
    "pooling", "mean", ["mean", "first", "pooler"], "An encoder's vectors."
)
_NORMALIZE = flags.DEFINE_bool(
    "normalize", False, "An encoder's vectors have length 1."
)
_LOWER_CASE = flags.DEFINE_bool(
    "do_lower_case",
    None,
    "Whether an encoder is uncased; unless given, what its folder says.",
)
_OF_AN_ENCODER = (_SEQ_LENGTH, _POOLING, _NORMALIZE, _LOWER_CASE)


def _require_what_goes_together():
    if _QUANTIZE.value and _FORMAT.value == "saved_model":
        raise ValueError(
            "--quantize needs --format=onnx or litert. Received: "
            f"quantize={_QUANTIZE.value}, format={_FORMAT.value}."
        )
    if bool(_MODEL_DIR.value) == bool(_ENCODER.value):
        raise ValueError(
            "What to export must be named by one of --model_dir and "
            f"--init_checkpoint. Received: model_dir={_MODEL_DIR.value}, "
            f"init_checkpoint={_ENCODER.value}."
        )
    source, others = "--model_dir", _OF_AN_ENCODER
    if _ENCODER.value:
        source, others = "--init_checkpoint", (*_OF_A_RUN, _EVAL_FILE)
    _require_absent(others, f"with {source}")
    if not _EVAL_FILE.value:
        _require_absent(_COLUMNS, "without --eval_file")


def _require_absent(others, why):
    for flag in others:
        if flag.present:
            raise ValueError(
                f"--{flag.name} has no meaning {why}. Received: "
                f"{flag.name}={flag.value!r}."
            )


def main():
    _require_what_goes_together()
    from official_runs.finetuning import export

    about = {
        "name": _NAME.value,
        "data": _DATA.value,
        "kind": _FORMAT.value,
        "quantize": _QUANTIZE.value,
    }
    if _ENCODER.value:
        export.export_encoder(
            _ENCODER.value,
            _EXPORT_PATH.value,
            _OVERWRITE.value,
            lower_case=_LOWER_CASE.value,
            pooling=_POOLING.value,
            normalize=_NORMALIZE.value,
            sequence_length=_SEQ_LENGTH.value,
            **about,
        )
        return
    export.export_finetuned(
        _MODEL_DIR.value,
        _EXPORT_PATH.value,
        _OVERWRITE.value,
        eval_file=_EVAL_FILE.value,
        columns={flag.name: flag.value for flag in _COLUMNS},
        **{flag.name: flag.value for flag in _OF_A_RUN},
        **about,
    )


if __name__ == "__main__":
    run_program(main)
