"""Reports the progress of long work."""

import sys
import time


class Progress:
    """Reports counts, rates and the time left on standard error.

    A terminal shows one line that is overwritten. A log gets a line every
    `seconds` seconds, and one at the end.

        with Progress("train", total=len(examples)) as progress:
            for example in examples:
                progress.add(1, num_bytes=write(example))

    Args:
        name: Begins the lines.
        total: The number of items, if it is known.
        total_bytes: The number of bytes, if it is known instead.
        unit: The name of an item, in the plural.
        seconds: The time between two lines of a log.
        stream: Gets the lines; None for standard error.
    """

    def __init__(
        self,
        name,
        total=None,
        total_bytes=None,
        unit="examples",
        seconds=30,
        stream=None,
    ):
        self._name, self._unit = name, unit
        self._total, self._total_bytes = total, total_bytes
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._seconds = 0.2 if self._is_terminal else seconds
        self._count = self._bytes = 0
        self._began = self._reported = time.monotonic()

    def add(self, count: int, num_bytes: int = 0) -> None:
        """Counts `count` more items, and the bytes of them."""
        self._count += count
        self._bytes += num_bytes
        now = time.monotonic()
        if now - self._reported >= self._seconds:
            self._reported = now
            self._write("\r\033[K" if self._is_terminal else "")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._total = self._total_bytes = None
        self._write("\r\033[K" if self._is_terminal else "", end="\n")

    def _write(self, begin, end=None):
        seconds = max(time.monotonic() - self._began, 1e-9)
        of = f" of {self._total:,}" if self._total else ""
        parts = [f"{self._count:,}{of} {self._unit}"]
        if self._bytes:
            total = self._total_bytes
            of = f" of {total / 1e6:,.1f}" if total else ""
            parts.append(f"{self._bytes / 1e6:,.1f}{of} MB")
        parts.append(f"{self._count / seconds:,.0f} a second")
        done = self._count / self._total if self._total else 0
        if self._total_bytes:
            done = self._bytes / self._total_bytes
        if done:
            left = max(1 / done - 1, 0) * seconds
            parts.append(f"{duration(left)} left")
        else:
            parts.append(duration(seconds))
        if end is None:
            end = "" if self._is_terminal else "\n"
        line = f"{begin}{self._name}: {', '.join(parts)}{end}"
        self._stream.write(line)
        self._stream.flush()


def duration(seconds: float) -> str:
    """Writes seconds as "2 h 5 min", "5 min 10 s" or "10 s"."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
