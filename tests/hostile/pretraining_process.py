"""Runs run_pretraining in a forked process, which may be killed."""

import contextlib
import os
import pathlib
import time

from tests import nursery


class PretrainingProcess:
    """A run of run_pretraining in a process forked from one with TensorFlow.

    Args:
        folder: Gets a file of the process's id, and its log.
        flags: Of the run.
    """

    def __init__(self, folder: pathlib.Path, flags: dict):
        folder.mkdir(exist_ok=True)
        self._folder = folder
        (folder / "pid").unlink(missing_ok=True)
        arguments = [f"--{name}={value}" for name, value in flags.items()]
        nursery.start(_run, str(folder), arguments)
        while not (folder / "pid").exists():
            time.sleep(0.005)
        self._pid = int((folder / "pid").read_text())

    @property
    def is_over(self) -> bool:
        """Whether the process ended; its parent does not wait for it."""
        # A killed process holds its files until its last thread is gone.
        threads = os.listdir(f"/proc/{self._pid}/task")
        return self._stat[0] == "Z" and len(threads) <= 1

    def end(self, number: int | None = None) -> int | None:
        """Sends a signal, if any, and gives the exit code; None if killed."""
        if number:
            os.kill(self._pid, number)
        while not self.is_over:
            time.sleep(0.005)
        killed, code = int(self._stat[-1]) & 127, int(self._stat[-1]) >> 8
        return None if killed else code

    @property
    def _stat(self):
        stat = pathlib.Path(f"/proc/{self._pid}/stat").read_text()
        return stat.rpartition(")")[2].split()

    @property
    def log(self) -> str:
        """What the run wrote to standard error."""
        return (self._folder / "log").read_text()


def _run(folder, arguments):
    import sys

    from official_runs import run_pretraining
    from official_runs.program.run_program import run_program

    folder = pathlib.Path(folder)
    (folder / "new").write_text(str(os.getpid()))
    os.replace(folder / "new", folder / "pid")
    sys.argv[1:] = arguments
    code = 0
    with open(folder / "log", "a") as log, contextlib.redirect_stderr(log):
        try:
            run_program(run_pretraining.main, resumes=True)
        except SystemExit as exit:
            code = exit.code or 0
    os._exit(code)
