"""Serves strings with a graph that takes ids."""

import json
import os
from collections.abc import Callable

from official_runs.artefacts.find_entities import find_entities
from official_runs.artefacts.pack_rows import pack_rows
from official_runs.artefacts.read_answers import read_answers
from official_runs.artefacts.text_pieces import text_pieces

# Windows that run through the graph at once, as in a SavedModel.
_WINDOWS = 32


def serve_strings(folder: str, run: Callable, output: str):
    """Serves strings with a graph that takes ids.

    Needs `tokenizers` and NumPy, and no TensorFlow and no Keras.

    Args:
        folder: Path of an exported model with `artefact.json` and
            `tokenizer.json`.
        run: Takes a dict of int32 [B, S] by the names of the features, and
            gives the one output.
        output: Names the output: "probabilities", "score", "embedding",
            "span_logits" or "tag_probabilities".

    Returns:
        A function from lists of B strings, by name, to a dict of lists of B
        values; and the names.

    Raises:
        ImportError: If `tokenizers` is not installed.
        ValueError: If a file is missing or damaged. Names it.
    """
    try:
        import tokenizers
    except ImportError as error:
        raise ImportError(
            f"{folder} needs `{error.name}`: pip install {error.name}."
        ) from None
    try:
        path = os.path.join(folder, "artefact.json")
        with open(path, encoding="utf-8") as file:
            about = json.load(file)
        names = about["inputs"]
        path = os.path.join(folder, "tokenizer.json")
        tokenizer = tokenizers.Tokenizer.from_file(path)
        tokenizer.encode_special_tokens = about["encode_special_tokens"]
    except Exception as error:  # The library has errors of its own.
        raise broken(folder, error) from None

    def encode(rows):
        """Runs rows of segments, and gives an array for each."""
        found = []
        for first in range(0, len(rows), _WINDOWS):
            packed = pack_rows(rows[first : first + _WINDOWS], about)
            found += list(run(packed))
        return found

    def serve(**texts):
        columns = [list(texts[name]) for name in names]
        if output == "span_logits":
            questions, contexts = (text_pieces(tokenizer, x) for x in columns)
            return read_answers(encode, questions, contexts, columns[1], about)
        if output == "tag_probabilities":
            pieces = text_pieces(tokenizer, columns[0])
            return find_entities(
                encode, pieces, columns[0], about, tokenizer.id_to_token
            )
        segments = [
            [
                each.ids
                for each in tokenizer.encode_batch(x, add_special_tokens=False)
            ]
            for x in columns
        ]
        values = run(pack_rows(list(zip(*segments, strict=True)), about))
        if output != "probabilities":
            values = values[:, 0] if output == "score" else values
            return {output: values.tolist()}
        best = [about["labels"][index] for index in values.argmax(-1)]
        return {"label": best, "probabilities": values.tolist()}

    return serve, sorted(names)


def broken(folder: str, error: Exception) -> ValueError:
    """Says that a model is not whole, in one line."""
    (first, *_) = str(error).splitlines() or [""]
    return ValueError(
        "A model must be a whole folder that export_model wrote. Received: "
        f"model_export_path={folder}: {type(error).__name__}: {first}"
    )
