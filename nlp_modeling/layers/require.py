"""Checks arguments of constructors and calls."""

import math
import numbers

# Of an int32, which has the sizes of a tensor.
_LARGEST = 2**31 - 1


def require_positive(at_most: int = _LARGEST, **arguments):
    """Raises unless every argument is an integer from 1 to `at_most`.

    Raises:
        ValueError: Naming the first argument that is not, and its value.
    """
    for name, value in arguments.items():
        is_whole = isinstance(value, numbers.Integral)
        if isinstance(value, bool) or not is_whole or not 1 <= value <= at_most:
            raise ValueError(
                f"`{name}` must be a positive integer of at most {at_most:,}. "
                f"Received: {name}={value!r}."
            )


def require_positive_or_none(**arguments):
    """Raises unless every argument is None or a positive integer.

    Raises:
        ValueError: Naming the first argument that is neither, and its value.
    """
    require_positive(**{k: x for k, x in arguments.items() if x is not None})


def require_depth(**arguments):
    """Raises unless every argument is a number of layers that can be built.

    More would take hours. The deepest published Transformer has 1,000:
    https://arxiv.org/abs/2203.00555.

    Raises:
        ValueError: Naming the first argument that is not, and its value.
    """
    require_positive(1000, **arguments)


def require_rate(**arguments):
    """Raises unless every argument is a share of at least 0 and less than 1.

    Raises:
        ValueError: Naming the first argument that is not, and its value.
    """
    for name, value in arguments.items():
        if not (isinstance(value, numbers.Real) and 0 <= value < 1):
            raise ValueError(
                f"`{name}` must be at least 0 and less than 1. "
                f"Received: {name}={value!r}."
            )


def require_finite(at_least: float = -math.inf, **arguments):
    """Raises unless every argument is a finite number, and not too small.

    Raises:
        ValueError: Naming the first argument that is not, and its value.
    """
    for name, value in arguments.items():
        is_number = isinstance(value, numbers.Real) and math.isfinite(value)
        if not (is_number and at_least <= value):
            bound = "" if at_least == -math.inf else f" of at least {at_least}"
            raise ValueError(
                f"`{name}` must be a finite number{bound}. "
                f"Received: {name}={value!r}."
            )


def require_output(output):
    """Raises unless `output` is `"logits"` or `"predictions"`.

    Raises:
        ValueError: With the value.
    """
    if output not in ("logits", "predictions"):
        raise ValueError(
            f'`output` must be "logits" or "predictions". Received: {output=}.'
        )


def require_mask(shape, asking: int | None, answering: int | None):
    """Raises unless an attention mask has a place for each pair of positions.

    One column would broadcast to all positions without an error.

    Args:
        shape: Shape of the mask.
        asking: F, the number of rows that the mask needs; None if not known.
        answering: T, the number of columns that the mask needs; None likewise.

    Raises:
        ValueError: With both shapes.
    """
    wanted = (asking, answering)
    if len(shape) != 3 or any(
        known is not None and size is not None and known != size
        for known, size in zip(wanted, shape[1:], strict=True)
    ):
        raise ValueError(
            "An attention mask must have the shape [batch, asking positions, "
            f"answering positions]. Received: attention_mask.shape="
            f"{tuple(shape)} for positions={wanted}."
        )
