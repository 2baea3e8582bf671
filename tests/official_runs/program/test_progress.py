"""Progress writes over one line on a terminal, and plain lines elsewhere."""

import io
import re

import pytest

from official_runs.program import progress as progress_module
from official_runs.program.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test moves: `clock[0]`, in seconds."""
    now = [100.0]
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: now[0])
    return now


def test_a_log_has_plain_lines_now_and_then(clock):
    stream = io.StringIO()
    with Progress("train", total=1000, seconds=30, stream=stream) as progress:
        progress.add(50, num_bytes=1_500_000)
        assert not stream.getvalue()
        clock[0] += 40
        progress.add(50, num_bytes=500_000)
    # 100 of 1,000 in 40 seconds: 2.5 a second, and 360 seconds to come.
    first, last = stream.getvalue().splitlines()
    assert first == (
        "train: 100 of 1,000 examples, 2.0 MB, 2 a second, 6 min 0 s left"
    )
    assert last == "train: 100 examples, 2.0 MB, 2 a second, 40 s"


def test_bytes_to_come_tell_the_time_left(clock):
    stream = io.StringIO()
    with Progress("x", total_bytes=8_000_000, stream=stream) as progress:
        clock[0] += 3600
        progress.add(3600, num_bytes=2_000_000)
    line = stream.getvalue().splitlines()[0]
    assert (
        line == "x: 3,600 examples, 2.0 of 8.0 MB, 1 a second, 3 h 0 min left"
    )


def test_a_terminal_has_one_line_that_is_written_over(clock):
    stream = Terminal()
    with Progress("train", total=10, stream=stream) as progress:
        for _ in range(10):
            clock[0] += 1
            progress.add(1)
    text = stream.getvalue()
    assert text.count("\n") == 1
    assert text.endswith("train: 10 examples, 1 a second, 10 s\n")
    assert len(re.findall("\r\033\\[Ktrain: ", text)) == 11
