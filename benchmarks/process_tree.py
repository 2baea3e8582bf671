"""Runs a command and measures its time and memory, children included."""

import dataclasses
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence


@dataclasses.dataclass(frozen=True)
class Measured:
    """What a command took.

    Args:
        seconds: From when it began its work until it ended.
        cpu_seconds: Of all processes and threads, start-up included: what a
            machine that others use still tells.
        peak_mib: The most memory of all its processes at once, in MiB; pages
            that processes share count once (proportional set size).
        log: What it wrote on standard error.
    """

    seconds: float
    cpu_seconds: float
    peak_mib: int
    log: str


def measure(
    commands: Sequence[Sequence[str]], began: Callable[[str], bool], env=None
) -> Measured:
    """Runs commands side by side and measures them as one.

    Args:
        commands: What to run.
        began: Whether work has begun, so that start-up is over, given what was
            written on standard error so far.
        env: Environment variables to add.
    """
    with tempfile.TemporaryFile("a+") as stream:
        processes = [
            subprocess.Popen(
                command,
                stdout=stream,
                stderr=stream,
                env={**os.environ, **(env or {})},
            )
            for command in commands
        ]
        start, peak, looked, cpu_before = None, 0, 0.0, _cpu_seconds()
        while any(process.poll() is None for process in processes):
            if start is None:
                stream.seek(0)
                if began(stream.read()):
                    start = time.monotonic()
            # To look is work for a machine that is being measured.
            if time.monotonic() - looked > 1:
                looked = time.monotonic()
                peak = max(peak, sum(_memory(p.pid) for p in processes))
            time.sleep(0.05)
        seconds = time.monotonic() - start if start else float("nan")
        stream.seek(0)
        log = stream.read()
    if any(process.returncode for process in processes):
        raise RuntimeError(f"A command failed: {commands}\n{log[-2000:]}")
    cpu_seconds = _cpu_seconds() - cpu_before
    return Measured(seconds, cpu_seconds, peak >> 20, log)


def _cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _memory(pid):
    """The proportional set size of a process and its children, in bytes."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            size = next(int(s.split()[1]) for s in file if s.startswith("Pss:"))
        size <<= 10
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                size += sum(_memory(child) for child in file.read().split())
        return size
    except (OSError, StopIteration):
        return 0  # It has ended.
