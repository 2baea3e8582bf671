"""Writes the files of an artefact, but for its graph."""

import dataclasses
import json
import os
from collections.abc import Callable, Mapping

from nlp_modeling import files, text
from nlp_modeling.serving.model_card import ModelCard
from nlp_modeling.serving.reader import Reader
from nlp_modeling.serving.served_model import ServedModel
from nlp_modeling.serving.tagger import Tagger


def artefact_files(served: ServedModel, quantize: str | None) -> dict[str, str]:
    """Writes what a graph of ids needs to serve strings.

    `tokenizer.json` is a tokenizer of the library `tokenizers`, and
    `artefact.json` says what packs its ids.

    Args:
        served: The model.
        quantize: "int8" for kernels of 8 bits; None for float32.

    Returns:
        Texts by the names of their files.

    Raises:
        ImportError: If `tokenizers` is not installed.
        ValueError: If `quantize` is unknown, or a reader gives no logits.
    """
    if quantize not in (None, "int8"):
        raise ValueError(
            f"`quantize` must be None or 'int8'. Received: {quantize=}."
        )
    if isinstance(served, Reader):
        _require_logits(served.model)
    artefact = {
        "inputs": served.inputs,
        "labels": served.labels,
        "pad_id": served.tokenizer.pad_id,
        "cls_id": served.tokenizer.cls_id,
        "sep_id": served.tokenizer.sep_id,
        "num_separators": served.tokenizer.num_separators,
        "has_segments": served.tokenizer.has_segments,
        "encode_special_tokens": served.tokenizer.fast.encode_special_tokens,
        "quantize": quantize,
        **served.settings,
        **(served.tags if isinstance(served, Tagger) else {}),
    }
    return {
        "artefact.json": json.dumps(artefact, indent=2) + "\n",
        "tokenizer.json": served.tokenizer.fast.to_str(),
    }


def write_card(
    folder: str,
    served: ServedModel,
    card: ModelCard | None,
    use: str | None = None,
    measure: Callable[[str], Mapping[str, float]] | None = None,
) -> None:
    """Writes the card of an artefact, `README.md`, into its folder.

    Args:
        folder: The artefact's, with all other files.
        served: The model.
        card: The model card; None for an empty one.
        use: Says how to load the artefact; None for a SavedModel.
        measure: Applies the artefact in a folder, and gives its scores by the
            names of metrics; None for no scores.
    """
    card = card or ModelCard()
    if measure is not None:
        card = dataclasses.replace(card, artefact_scores=measure(folder))
    path = os.path.join(folder, "README.md")
    files.replace_file(path, card.markdown(served, use))


def word_files(served: ServedModel) -> dict[str, str]:
    """Writes `vocab.txt` of word pieces, and `labels.txt` of labels."""
    words = {}
    if isinstance(served.tokenizer, text.BertTokenizer):
        words["vocab.txt"] = served.tokenizer.vocabulary
    if served.labels:
        words["labels.txt"] = served.labels
    return {name: "\n".join(lines) + "\n" for name, lines in words.items()}


def _require_logits(model):
    # Log-probabilities would depend on the padding of a batch.
    if (output := model.get_config()["output"]) != "logits":
        raise ValueError(
            f"A reader of this format must give logits. Received: {output=}."
        )
