"""Writes and reads files of adapters."""

import os
from typing import NamedTuple

import numpy as np

from nlp_modeling import files
from nlp_modeling.layers.require import require_finite, require_positive

_ENDING = ".lora.h5"
_ATTRIBUTES = "rank", "alpha"


class Adapter(NamedTuple):
    """Holds an adapter: its weights by path, and what they are scaled by."""

    rank: int
    alpha: float
    weights: dict[str, np.ndarray]


def write_lora_file(path: str, adapter: Adapter) -> None:
    """Writes an adapter: HDF5, with a data set for each weight at its path.

    Raises:
        ValueError: If the name of the file does not end in `.lora.h5`.
    """
    import h5py

    _require_ending(path)
    with files.written_locally(path) as local, h5py.File(local, "w") as file:
        file.attrs["rank"] = adapter.rank
        file.attrs["alpha"] = adapter.alpha
        for name, value in adapter.weights.items():
            file[name] = value


def read_lora_file(path: str) -> Adapter:
    """Reads an adapter that `write_lora_file` wrote.

    Raises:
        ValueError: If the file is missing or damaged, or holds something else.
    """
    import h5py

    _require_ending(path)
    if not files.file_exists(path) or files.is_folder(path):
        raise ValueError(f"A file of an adapter must exist. Received: {path}.")
    with files.read_locally(path) as local:
        try:
            with h5py.File(local) as file:
                return _read(file, path, os.path.getsize(local))
        except (OSError, RuntimeError, KeyError, TypeError) as error:
            raise ValueError(
                "A file of an adapter must be whole. "
                f"Received: {path}: {error}."
            ) from None


def _read(file, path, size):
    import h5py

    rank, alpha = (np.asarray(file.attrs[x]).tolist() for x in _ATTRIBUTES)
    try:
        require_positive(rank=rank)
        require_finite(alpha=alpha)
    except ValueError as error:
        raise ValueError(f"{error} In: {path}.") from None
    links = {}
    # A visitor that raises would be a SystemError.
    file.visititems_links(links.__setitem__)
    weights = {}
    for name, link in links.items():
        found = file[name] if isinstance(link, h5py.HardLink) else None
        if isinstance(found, h5py.Group):
            continue
        if (
            not isinstance(found, h5py.Dataset)
            or found.dtype != "float32"
            or found.external
            or found.is_virtual
            or found.nbytes > size
        ):
            raise ValueError(
                "A file of an adapter must hold float32 numbers, and no links. "
                f"Received: {path}: {name}."
            )
        weights[name] = found[()]
    rows = {x.shape[:1] for name, x in weights.items() if name.endswith("_b")}
    if rows != {(rank,)}:
        raise ValueError(
            "The second matrix of each product must have `rank` rows. "
            f"Received: {path}: {rank=}, rows={sorted(rows)}."
        )
    return Adapter(rank, alpha, weights)


def _require_ending(path):
    if not str(path).endswith(_ENDING):
        raise ValueError(
            f"The name of an adapter's file must end in {_ENDING}. "
            f"Received: {path}."
        )
