"""Reads the weights of a folder of Hugging Face."""

import os
from typing import TypedDict

import numpy as np

from nlp_modeling import files, json_files

_WHOLE = "model.safetensors"
_INDEX = "model.safetensors.index.json"
_POINTER = b"version https://git-lfs"


class _Index(TypedDict):
    weight_map: dict[str, str]


def read_safetensors(folder: str) -> dict[str, np.ndarray]:
    """Reads the weights of a folder of Hugging Face, of one file or of shards.

    Args:
        folder: Path with `model.safetensors`, or with
            `model.safetensors.index.json` and the shards that it names.

    Returns:
        Arrays by their names.

    Raises:
        ImportError: If `safetensors` is not installed.
        ValueError: If a file is missing or damaged, or has other weights than
            the index says. Names the file.
    """
    names = files.list_folder(folder)
    if _WHOLE in names:
        return _read(os.path.join(folder, _WHOLE))
    if _INDEX not in names:
        raise ValueError(
            f"Weights of Hugging Face must be in {_WHOLE}, or in the shards of "
            f"{_INDEX}. Received: {folder}, without either."
        )
    index = os.path.join(folder, _INDEX)
    weight_map = json_files.read_json(index, _Index)["weight_map"]
    weights = {}
    for shard in sorted(set(weight_map.values())):
        if os.path.basename(shard) != shard:
            raise ValueError(
                "A shard must lie beside its index. "
                f"Received: {index}: {shard!r}."
            )
        weights |= _read(os.path.join(folder, shard))
    if weights.keys() != weight_map.keys():
        raise ValueError(
            "Shards must have the weights that their index names. Received: "
            f"{index}: {sorted(weights.keys() ^ weight_map.keys())} of one."
        )
    return weights


def _read(path):
    try:
        import safetensors.numpy
    except ImportError as error:
        raise ImportError(
            f"Reading {path} needs `pip install safetensors`."
        ) from error
    if not files.file_exists(path) or files.is_folder(path):
        raise ValueError(f"A file of weights must exist. Received: {path!r}.")
    with files.open_file(path, "rb") as file:
        if file.read(len(_POINTER)) == _POINTER:
            raise ValueError(
                "A file of weights must be whole, and not the pointer to it "
                f"(`git lfs pull` gets it). Received: {path!r}."
            )
    with files.read_locally(path) as local:
        try:
            return safetensors.numpy.load_file(local)
        except safetensors.SafetensorError as error:
            raise ValueError(
                f"A file of weights must be whole. Received: {path}: {error}."
            ) from None
