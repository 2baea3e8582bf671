"""Reports the progress of training."""

import sys
import time
from collections.abc import Mapping

from official_runs.program import stages
from official_runs.program.progress import duration


class TrainingReport:
    """Reports the progress of training: numbers, speed and the time left.

    Takes what `training.train` reports.

    A terminal shows one line that is overwritten until an evaluation. A log
    gets a line every `seconds` seconds.

    Args:
        num_train_steps: The last step of training.
        first_step: The step at which this process begins.
        seconds: The time between two lines of a log.
        stream: Gets the lines; None for standard error.
    """

    def __init__(self, num_train_steps, first_step=0, seconds=10, stream=None):
        self._end = num_train_steps
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._seconds = seconds
        self._began = self._first = None
        self._written = -float("inf")
        if first_step:
            self._write(f"Resuming after step {first_step:,}.\n")
        stages.begin("Compiling and taking the first step")

    def __call__(self, step: int, part: str, values: Mapping[str, float]):
        now = time.monotonic()
        stages.end()
        if part == "evaluation":
            self._write(f"{part} after step {step:,}: {_numbers(values)}\n")
            return
        # The first loop includes the tracing of its graph, so it tells no rate.
        if self._began is None:
            self._began, self._first = now, step
        is_last = step == self._end
        if self._is_terminal or is_last or now - self._written > self._seconds:
            self._written = now
            line = f"step {step:,} of {self._end:,}: {_numbers(values)}"
            if step > self._first and not is_last:
                rate = (now - self._began) / (step - self._first)
                line += f", {duration(rate * (self._end - step))} left"
            self._write(line + ("\n" if is_last else ""), is_line=True)

    def _write(self, text, is_line=False):
        if self._is_terminal:
            text = "\r\033[K" + text
        elif is_line and not text.endswith("\n"):
            text += "\n"
        self._stream.write(text)
        self._stream.flush()


def _numbers(values):
    shown = []
    for name, value in values.items():
        name = name.replace("_per_second", "/s").replace("_", " ")
        if name.endswith("/s"):
            shown.append(f"{value:,.0f} {name}")
        elif "accuracy" in name:
            shown.append(f"{name} {value:.1%}")
        else:
            shown.append(f"{name} {value:.4g}")
    return ", ".join(shown)
