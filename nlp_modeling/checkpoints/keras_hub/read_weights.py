"""Reads the weights of a file that Keras wrote."""

import os

import numpy as np

from nlp_modeling import files

# What else there is: the states of an optimizer and of random numbers.
_LAYERS, _STATES = "layers/", "seed_generator"


def read_weights(path: str) -> dict[str, np.ndarray]:
    """Reads the weights of a file that Keras wrote.

    Args:
        path: An HDF5 file, see `files`.

    Returns:
        Arrays by their names, with "." for "/". The first layer of an encoder
        is `transformer_encoder_0`, which Keras writes without a number.

    Raises:
        ValueError: If the file is missing or damaged, or holds links or more
            than numbers. Names it.
    """
    import h5py

    if not files.file_exists(path) or files.is_folder(path):
        raise ValueError(f"A file of weights must exist. Received: {path!r}.")
    with files.read_locally(path) as local:
        try:
            with h5py.File(local) as file:
                weights = _read(file, path, os.path.getsize(local))
        except (OSError, RuntimeError, KeyError) as error:
            raise ValueError(
                f"A file of weights must be whole. Received: {path}: {error}."
            ) from None
    return {_numbered(name): value for name, value in weights.items()}


def file_name(name: str) -> str:
    """Gives the name in the file of a weight that `read_weights` names."""
    name = name.replace("transformer_encoder_0.", "transformer_encoder.")
    return name.replace(".", "/")


def _numbered(name):
    name = name.replace("transformer_encoder/", "transformer_encoder_0/")
    return name.replace("/", ".")


def _read(file, path, size):
    import h5py

    links = {}
    # A visitor that raises would be a SystemError.
    file.visititems_links(links.__setitem__)
    weights = {}
    for name, link in links.items():
        found = file[name] if isinstance(link, h5py.HardLink) else None
        if isinstance(found, h5py.Group):
            continue
        if not name.startswith(_LAYERS) or _STATES in name.split("/"):
            continue
        if (
            not isinstance(found, h5py.Dataset)
            or found.external
            or found.is_virtual
            or found.dtype.kind in "OSU"
            or found.nbytes > size
        ):
            raise ValueError(
                "A file of weights must hold numbers, and no links. "
                f"Received: {path}: {name}."
            )
        weights[name] = found[()]
    return weights
