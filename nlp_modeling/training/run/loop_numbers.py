"""Checks and sums up the numbers that steps report."""

import math
from collections.abc import Container, Mapping

import numpy as np

# Shapes: L steps of a loop.

# The name of the seconds that a loop took.
_SECONDS = "seconds"


class LoopNumbers:
    """Gathers the numbers of the steps between two reports.

    Args:
        lists: What `as_lists` gave of steps that were taken before.
    """

    def __init__(self, lists: Mapping[str, list[float]] | None = None):
        self._numbers = {k: [np.float32(v)] for k, v in (lists or {}).items()}

    def add(self, numbers: Mapping[str, np.ndarray], seconds: float) -> None:
        """Adds float32 [L] by name, and the time that these steps took."""
        for name, values in {**numbers, _SECONDS: [seconds]}.items():
            self._numbers.setdefault(name, []).append(values)

    def as_lists(self) -> dict[str, list[float]]:
        """Gives the numbers as JSON holds them, without loss."""
        return {name: x.tolist() for name, x in self._joined().items()}

    def summary(self, counts: Container[str]) -> dict[str, float]:
        """Makes one number of the numbers of each step.

        Args:
            counts: Names of sums over a batch, which become rates:
                `<name>_per_second`.

        Returns:
            The last `learning_rate` and `loss_scale`, and means of the rest.
        """
        numbers = self._joined()
        seconds = numbers.pop(_SECONDS).sum()
        summary = {}
        for name, values in numbers.items():
            if name in counts:
                rate = float(values.sum()) / seconds
                summary[f"{name}_per_second"] = float(rate)
            elif name in ("learning_rate", "loss_scale"):
                summary[name] = float(values[-1])
            else:
                summary[name] = float(values.mean())
        return summary

    def _joined(self):
        return {k: np.concatenate(v) for k, v in self._numbers.items()}


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
