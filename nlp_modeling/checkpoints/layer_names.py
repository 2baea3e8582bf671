"""Names the layers of an encoder and its heads in another system."""

from collections.abc import Iterable
from typing import NamedTuple

# What our layers call their weights, by what PyTorch's layers call theirs.
DENSE = {"weight": "kernel", "bias": "bias"}
NORM = {"weight": "gamma", "bias": "beta"}
TABLE = {"weight": "embeddings"}
BIAS = {"bias": "bias"}


class LayerNames(NamedTuple):
    """Names a layer in another system and here.

    Args:
        theirs: The layer's name there, in PyTorch's spelling, with `{}` for the
            number of the encoder's layer.
        ours: The beginning of the paths of its weights, with the same `{}`.
        weights: The last part of each weight's name there, and here.
    """

    theirs: str
    ours: str
    weights: dict[str, str]


def weight_names(
    layers: Iterable[LayerNames], num_layers: int
) -> dict[str, str]:
    """Gives the name of every weight in another system, by its path here.

    A path that ends in `kernel` is of a matrix [inputs, outputs]. PyTorch's is
    the transposed one.

    Raises:
        ValueError: If two weights have one name, there or here.
    """
    pairs = []
    for theirs, ours, weights in layers:
        for number in range(num_layers) if "{}" in theirs else [0]:
            pairs += [
                (
                    f"{ours.format(number)}{own}",
                    ".".join(filter(None, [theirs.format(number), name])),
                )
                for name, own in weights.items()
            ]
    names = dict(pairs)
    if not len(pairs) == len(names) == len(set(names.values())):
        raise ValueError(f"A table must name every weight once: {pairs}.")
    return names
