"""Runs a program in a process that tests may kill."""

import contextlib
import os
import runpy
import sys
import tempfile

from tests import nursery


class ProgramProcess:
    """A run of a program, in a process forked from one with TensorFlow.

    Args:
        program: A module of `official_runs`.
        flags: By their names.
    """

    def __init__(self, program: str, flags: dict):
        self._log = tempfile.NamedTemporaryFile("r")
        arguments = [f"--{name}={value}" for name, value in flags.items()]
        self._process = nursery.start(_run, program, arguments, self._log.name)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_over(self) -> bool:
        return self._process.exitcode is not None

    @property
    def said(self) -> str:
        """What the run wrote to standard error."""
        self._log.seek(0)
        return self._log.read()

    def end(self, number: int | None = None, seconds: int | None = None) -> int:
        """Sends a signal, if any, waits, and gives the exit code.

        The code is the negative number of a signal that killed the run.

        Raises:
            TimeoutError: If the run has not ended after `seconds`; it is
                killed.
        """
        if number:
            with contextlib.suppress(ProcessLookupError):  # It is over.
                os.kill(self.pid, number)
        self._process.join(seconds)
        if not self.is_over:
            self._process.kill()
            raise TimeoutError(self.said)
        return self._process.exitcode


def finish(*processes: ProgramProcess) -> None:
    """Waits for runs to end well."""
    for process in processes:
        if process.end():
            raise RuntimeError(process.said)


def _run(program, arguments, log):
    os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND), sys.stderr.fileno())
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.argv[1:] = arguments
    module = f"official_runs.{program}"
    runpy.run_module(module, run_name="__main__", alter_sys=True)
