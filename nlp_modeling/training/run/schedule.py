"""Says at which steps a run reports, saves, evaluates and ends."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Schedule:
    """Says at which steps a run reports, saves, evaluates and ends.

    Args:
        num_train_steps: The last step of training.
        steps_per_loop: Steps between two reports. A loop of so many steps runs
            in one graph, without returning to Python.
        checkpoint_interval: Steps between two checkpoints. The last step is
            saved in any case.
        evaluation_interval: Steps between two evaluations. None evaluates
            once, after the last step.

    Raises:
        ValueError: If a number is not positive.
    """

    num_train_steps: int
    steps_per_loop: int = 100
    checkpoint_interval: int = 1000
    evaluation_interval: int | None = None

    def __post_init__(self):
        for name, value in dataclasses.asdict(self).items():
            if value is not None and value < 1:
                raise ValueError(
                    f"`{name}` must be positive. Received: {name}={value}."
                )

    def end_of_loop(self, step: int) -> int:
        """Gives the step at which the loop that starts at `step` ends.

        It depends on `step` alone, so that a resumed run takes the same loops
        as a run that was never stopped.
        """
        intervals = (
            self.steps_per_loop,
            self.checkpoint_interval,
            self.evaluation_interval or self.num_train_steps,
        )
        ends = [(step // interval + 1) * interval for interval in intervals]
        return min(*ends, self.num_train_steps)

    def is_due(self, interval: int | None, step: int) -> bool:
        """Tells whether an event of this interval happens at `step`."""
        if step == self.num_train_steps:
            return True
        return interval is not None and step > 0 and step % interval == 0
