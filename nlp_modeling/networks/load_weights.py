"""Loads the weights of a preset's file, each of them once."""

import collections

import keras

from nlp_modeling import files

# Where Keras writes the weights of a functional model, and what is none of
# them: the states of generators of random numbers.
_WEIGHTS = "layers/"
_STATES = "seed_generator"


def load_weights(model: keras.Model, path: str) -> None:
    """Loads the weights of a preset's file, each of them once.

    Keras alone would leave out layers that the model does not have. It would
    follow a link to another file too.

    Args:
        model: A built functional model.
        path: An HDF5 file that `model.save_weights` wrote.

    Raises:
        ValueError: If the file is missing or damaged, or is not of this model.
    """
    if not files.file_exists(path) or files.is_folder(path):
        raise ValueError(f"A file of weights must exist. Received: {path!r}.")
    with files.read_locally(path) as local:
        _require_whole(model, local, path)
        try:
            model.load_weights(local)
        except ValueError as error:
            raise ValueError(
                "Weights must be of the model that config.json describes. "
                f"Received: {path}: {str(error).splitlines()[0]}"
            ) from error


def _require_whole(model, local, path):
    """Reads the whole file once, after a look at all its shapes."""
    import h5py

    try:
        with h5py.File(local) as file:
            links = {}
            # A visitor that raises would be a SystemError.
            file.visititems_links(links.__setitem__)
            for name, link in links.items():
                _require_inside(file, name, link, path)
            weights = {
                name: file[name]
                for name in links
                if name.startswith(_WEIGHTS)
                and _STATES not in name.split("/")
                and isinstance(file[name], h5py.Dataset)
            }
            shapes = {name: each.shape for name, each in weights.items()}
            _require_same(model, shapes, path)
            for each in weights.values():
                # In parts, and thrown away: to see that it can be read.
                for row in range(0, *each.shape[:1], 4096):
                    each[row : row + 4096]
    except (OSError, RuntimeError, KeyError) as error:
        raise ValueError(
            f"A file of weights must be whole. Received: {path}: {error}."
        ) from None


def _require_inside(file, name, link, path):
    import h5py

    if not isinstance(link, h5py.HardLink):
        raise ValueError(
            "A file of weights must hold its weights, and no links. "
            f"Received: {path}: {name}."
        )
    found = file[name]
    if isinstance(found, h5py.Dataset) and (
        found.external or found.is_virtual or found.dtype.kind in "OSU"
    ):
        raise ValueError(
            "A weight must be numbers within its file. "
            f"Received: {path}: {name}."
        )


def _require_same(model, shapes, path):
    needed = {weight.path: tuple(weight.shape) for weight in model.weights}
    counts = collections.Counter(needed.values())
    counts.subtract(shapes.values())
    for names, sign, word in ((needed, 1, "without"), (shapes, -1, "with")):
        for name, shape in names.items():
            if counts[shape] * sign > 0:
                raise ValueError(
                    "Weights must be of the model that config.json describes. "
                    f"Received: {path} of {len(shapes)} weights for "
                    f"{len(needed)}, {word} {name} of the shape {shape}."
                )
