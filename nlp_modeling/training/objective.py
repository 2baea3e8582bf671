"""Names a loss that training minimizes, its weight and its metrics."""

import dataclasses
from collections.abc import Mapping

from nlp_modeling.training.measure import Measure


@dataclasses.dataclass(frozen=True)
class Objective:
    """Names a loss that training minimizes, its weight and its metrics.

    Training minimizes the sum of all objectives' losses times their weights.

        Objective("masked_lm", Measure(...), metrics={"accuracy": Measure(...)})

    Args:
        name: Begins the names of the objective's numbers, such as
            `masked_lm_loss` and `masked_lm_accuracy`.
        loss: The mean that is minimized.
        weight: The factor of the loss in the sum.
        metrics: Means that an evaluation reports as well, by name.

    Raises:
        ValueError: If `weight` is not positive.
    """

    name: str
    loss: Measure
    weight: float = 1.0
    metrics: Mapping[str, Measure] = dataclasses.field(default_factory=dict)

    def __post_init__(self):
        if self.weight <= 0:
            raise ValueError(
                "`weight` must be positive. "
                f"Received: weight={self.weight}, objective={self.name!r}."
            )

    @property
    def needs(self) -> frozenset[str]:
        """Gives the names of the features that loss and metrics read."""
        return frozenset().union(*(m.needs for m in self.measures.values()))

    @property
    def measures(self) -> dict[str, Measure]:
        """Gives the loss and the metrics by the names of their numbers."""
        named = {"loss": self.loss, **self.metrics}
        return {f"{self.name}_{name}": each for name, each in named.items()}
