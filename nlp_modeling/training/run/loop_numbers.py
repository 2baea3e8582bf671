"""Checks and sums up the numbers that the steps of a loop report."""

import math
from collections.abc import Container, Mapping

import numpy as np

# Shapes: L steps of a loop.


def require_finite(numbers: Mapping[str, np.ndarray], first: int) -> None:
    """Raises unless the loss and the gradient of every step are finite.

    Args:
        numbers: float [L] by name, with `loss` and `gradient_norm`.
        first: The steps that were taken before the loop.

    Raises:
        FloatingPointError: Naming the step.
    """
    for index, loss in enumerate(numbers["loss"]):
        norm = numbers["gradient_norm"][index]
        # Infinite gradients lower a loss scale, if there is one.
        if math.isfinite(loss) and (
            math.isfinite(norm) or "loss_scale" in numbers
        ):
            continue
        raise FloatingPointError(
            "Loss and gradient must be finite. Received, at step "
            f"{first + index + 1:,}: loss={loss}, gradient_norm={norm}. "
            "Checkpoints of earlier steps are kept."
        )


def sum_up(
    numbers: Mapping[str, np.ndarray], counts: Container[str], seconds: float
) -> dict[str, float]:
    """Makes one number of the numbers of each step.

    Args:
        numbers: float [L] by name.
        counts: Names of sums over a batch, which become rates:
            `<name>_per_second`.
        seconds: The time that the loop took.

    Returns:
        The last `learning_rate` and `loss_scale`, and means of the rest.
    """
    summary = {}
    for name, values in numbers.items():
        if name in counts:
            summary[f"{name}_per_second"] = float(values.sum()) / seconds
        elif name in ("learning_rate", "loss_scale"):
            summary[name] = float(values[-1])
        else:
            summary[name] = float(values.mean())
    return summary
