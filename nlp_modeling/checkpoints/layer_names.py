"""Names the layers of an encoder and its heads in another system."""

from collections.abc import Iterable
from typing import NamedTuple

# What our layers call their weights, by what PyTorch's layers call theirs.
DENSE = {"weight": "kernel", "bias": "bias"}
NORM = {"weight": "gamma", "bias": "beta"}
TABLE = {"weight": "embeddings"}
BIAS = {"bias": "bias"}
# The path of the table of learned positions.
POSITIONS = "position_embedding/embeddings"


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


# The layers of a Transformer block here, in the order of `block_names`.
_BLOCK = (
    "attention/query_",
    "attention/key_",
    "attention/value_",
    "attention/output_",
    "attention_norm/",
    "feed_forward/inner/",
    "feed_forward/output/",
    "output_norm/",
)


def block_names(
    theirs: str,
    ours: str,
    names: Iterable[str],
    dense: dict[str, str] = DENSE,
    norm: dict[str, str] = NORM,
) -> tuple[LayerNames, ...]:
    """Names the layers of a Transformer block.

    Args:
        theirs: The beginning of their names.
        ours: The beginning of the paths here.
        names: The ends of their names: of query, key, value, attention's
            output, its norm, the feed-forward's two layers, and its norm.
        dense: The `weights` of a dense layer.
        norm: The `weights` of a norm.
    """
    return tuple(
        LayerNames(
            f"{theirs}{name}",
            f"{ours}{own}",
            norm if own.endswith("_norm/") else dense,
        )
        for name, own in zip(names, _BLOCK, strict=True)
    )


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
