"""Reads the weights of a folder of Hugging Face."""

import os
from typing import TypedDict

import numpy as np

from nlp_modeling import files, json_files

_SAFE, _PICKLED = "model.safetensors", "pytorch_model.bin"
_POINTER = b"version https://git-lfs"


class _Index(TypedDict):
    weight_map: dict[str, str]


def read_weights(folder: str) -> dict[str, np.ndarray]:
    """Reads the weights of a folder of Hugging Face, of one file or of shards.

    A file of PyTorch (`pytorch_model.bin`) is read if there is no file of
    safetensors. It is unpickled by `torch.load(weights_only=True)`, which runs
    no code of the file.

    Args:
        folder: Path with `model.safetensors` or `pytorch_model.bin`, or with
            the `.index.json` of one and the shards that it names.

    Returns:
        Arrays by their names.

    Raises:
        ImportError: If `safetensors`, or `torch` for a file of PyTorch, is not
            installed.
        ValueError: If a file is missing or damaged, or has other weights than
            the index says. Names the file.
    """
    names = files.list_folder(folder)
    for whole in (_SAFE, _PICKLED):
        if whole in names:
            return _read(os.path.join(folder, whole))
        if f"{whole}.index.json" in names:
            return _read_shards(folder, f"{whole}.index.json")
    raise ValueError(
        f"Weights of Hugging Face must be in {_SAFE} or {_PICKLED}, or in "
        f"shards with an index. Received: {folder}, without either."
    )


def _read_shards(folder, name):
    index = os.path.join(folder, name)
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
    if not files.file_exists(path) or files.is_folder(path):
        raise ValueError(f"A file of weights must exist. Received: {path!r}.")
    with files.open_file(path, "rb") as file:
        if file.read(len(_POINTER)) == _POINTER:
            raise ValueError(
                "A file of weights must be whole, and not the pointer to it "
                f"(`git lfs pull` gets it). Received: {path!r}."
            )
    read = _read_pickled if path.endswith(".bin") else _read_safe
    with files.read_locally(path) as local:
        return read(local, path)


def _read_safe(local, path):
    try:
        import safetensors.numpy
    except ImportError as error:
        raise ImportError(
            f"Reading {path} needs `pip install safetensors`."
        ) from error
    try:
        return safetensors.numpy.load_file(local)
    except safetensors.SafetensorError as error:
        raise ValueError(
            f"A file of weights must be whole. Received: {path}: {error}."
        ) from None


def _read_pickled(local, path):
    try:
        import torch
    except ImportError as error:
        raise ImportError(
            f"Reading {path} needs `pip install torch`; model.safetensors, "
            "which Hugging Face writes today, does not."
        ) from error
    try:
        tensors = torch.load(local, map_location="cpu", weights_only=True)
        return {name: _array(x) for name, x in tensors.items()}
    except Exception as error:  # Whatever a damaged file makes of it.
        (first, *_) = str(error).splitlines() or [""]
        raise ValueError(
            "A file of weights must be a whole dict of tensors, without code. "
            f"Received: {path}: {type(error).__name__}: {first}"
        ) from None


def _array(tensor):
    import torch

    # NumPy has no bfloat16.
    is_bfloat16 = tensor.dtype == torch.bfloat16
    return (tensor.float() if is_bfloat16 else tensor).numpy()
