"""Says how many steps to take before anything else is looked at."""


class Pace:
    """Says how many steps to take before anything else is looked at.

    Steps run in one graph that sees no signal. Their number follows the clock,
    so that a run answers soon whatever a step costs. What is computed does not
    depend on it.

    Args:
        seconds: About how long the steps may take.

    Attributes:
        is_slow: Whether one step is known to take longer.
    """

    def __init__(self, seconds: float = 5):
        self._seconds = seconds
        self._of_a_step = None

    @property
    def is_slow(self) -> bool:
        return self._of_a_step is not None and self._of_a_step > self._seconds

    def steps(self, most: int) -> int:
        """Gives the number of steps to take now, from 1 to `most`."""
        # The first step traces and compiles: it tells nothing, and is alone.
        if self._of_a_step is None:
            return 1
        return max(1, min(most, int(self._seconds / self._of_a_step)))

    def took(self, count: int, seconds: float) -> None:
        """Learns how long `count` steps took."""
        self._of_a_step = max(seconds / count, 1e-6)
