"""Exports a fine-tuned model, or an encoder, as one artefact of strings."""

import os

import keras

from nlp_modeling import checkpoints, files, json_files, serving, text
from official_runs.finetuning import predict_lines
from official_runs.finetuning.initialization import preset_folder, tokenizer_of
from official_runs.finetuning.saved_model import load_finetuned
from official_runs.finetuning.tasks import TASKS

# Texts that are served at once to measure an artefact.
_BATCH_SIZE = 32


def serve_finetuned(
    model: keras.Model,
    tokenizer: text.BertTokenizer | text.BytePairTokenizer,
    task: dict,
    *,
    null_score_diff_threshold: float | None = None,
    splits_punctuation: bool = True,
) -> serving.ServedModel:
    """Makes a served model of a fine-tuned model.

    Args:
        model: An encoder with a head.
        tokenizer: The model's.
        task: The description of its task, as `load_finetuned` gives it.
        null_score_diff_threshold: The odds above which a reader of SQuAD 2.0
            gives no answer; None for the best on the eval examples.
        splits_punctuation: See `serving.Tagger`.

    Raises:
        ValueError: If the model does not fit the task.
    """
    kind = task["kind"]
    if kind not in TASKS:
        raise ValueError(
            f"The model's task must be one of {list(TASKS)}. Received: {kind=}."
        )
    return TASKS[kind].served(
        model,
        tokenizer,
        task,
        null_score_diff_threshold=null_score_diff_threshold,
        splits_punctuation=splits_punctuation,
    )


def export_finetuned(
    model_dir: str, folder: str, overwrite: bool = False, **arguments
) -> None:
    """Exports the model that a run left.

    Args:
        model_dir: The run's folder.
        folder: Where the artefact is to appear.
        overwrite: Whether to replace what is there.
        **arguments: Of `serve_finetuned`; `name` and `data` of the card;
            `kind`, "saved_model", "onnx" or "litert", and `quantize` of
            `serving.export_onnx` and `serving.export_litert`; `eval_file`, the
            examples that the artefact is measured with, and `columns`, see
            `FinetuningTask.labeled_texts`.

    Raises:
        ValueError: If the run left no model, or it does not fit its task.
        FileExistsError: If `folder` exists and `overwrite` is false.
    """
    model, tokenizer, task = load_finetuned(model_dir)
    keys = ("name", "data", "kind", "quantize", "eval_file", "columns")
    about = {x: arguments.pop(x) for x in keys if x in arguments}
    served = serve_finetuned(model, tokenizer, task, **arguments)
    name = f"BERT for {task.get('task') or task['kind']}"
    card = serving.ModelCard(
        name=about.get("name") or name,
        data=about.get("data", ""),
        settings={k: v for k, v in task.items() if k not in ("scores", "seed")},
        seeds=[task["seed"]] if "seed" in task else [],
        scores=task["scores"],
        notes=_settings_of(model_dir),
    )
    measure = None
    if about.get("eval_file"):
        measure = _measure(task, about["eval_file"], about.get("columns", {}))
    _write(served, folder, card, overwrite, about, measure)


def export_encoder(
    source: str,
    folder: str,
    overwrite: bool = False,
    *,
    lower_case: bool | None = None,
    name: str | None = None,
    data: str = "",
    kind: str = "saved_model",
    quantize: str | None = None,
    **arguments,
) -> None:
    """Exports an encoder, which gives every text a vector.

    Args:
        source: A preset, a BERT folder of Hugging Face, or the folder of a run
            that left its `encoder/`.
        folder: Where the artefact is to appear.
        overwrite: Whether to replace what is there.
        lower_case: Whether text loses its case; None for what the encoder's
            folder says.
        name: The model card's title; None for a general one.
        data: What the model learned from, for the card.
        kind: "saved_model", "onnx" or "litert".
        quantize: Of `serving.export_onnx` and `serving.export_litert`.
        **arguments: Of `serving.Embedder`.

    Raises:
        ValueError: If `source` is no encoder, or has no tokenizer.
        FileExistsError: If `folder` exists and `overwrite` is false.
    """
    source = preset_folder(source) or source
    encoder = checkpoints.load_encoder(source)
    tokenizer = tokenizer_of(source, lower_case=lower_case)
    served = serving.Embedder(encoder, tokenizer, **arguments)
    card = serving.ModelCard(name or "BERT encoder", data)
    about = {"kind": kind, "quantize": quantize}
    _write(served, folder, card, overwrite, about)


def _measure(task, file, columns):
    """Makes a function that applies an artefact to a file of examples."""
    texts, score = TASKS[task["kind"]].labeled_texts(file, task, **columns)

    def measure(folder):
        serve, names = predict_lines.load(folder)
        outputs = predict_lines.predict(serve, texts, names, _BATCH_SIZE)
        return {**score(list(outputs)), "examples": len(texts)}

    return measure


def _write(served, folder, card, overwrite, about, measure=None):
    kind = about.get("kind", "saved_model")
    if kind == "saved_model":
        serving.export(served, folder, card, overwrite, measure)
        return
    export = {"onnx": serving.export_onnx, "litert": serving.export_litert}
    quantize = about.get("quantize")
    export[kind](served, folder, card, overwrite, quantize, measure)


def _settings_of(model_dir):
    """Reads the run's settings, from which it can be run again."""
    path = os.path.join(model_dir, "config.gin")
    if not files.file_exists(path):
        return ""
    settings = json_files.read_text(path).strip()
    return f"All settings of the training:\n\n```\n{settings}\n```"
