"""Runs run_pretraining in a forked process, which may be killed."""

import contextlib
import os
import pathlib
import time

from tests import nursery


class PretrainingProcess:
    """A run of run_pretraining in a process forked from one with TensorFlow.

    Args:
        folder: Gets a file of the process's id, its log and its exit code.
        flags: Of the run.
    """

    def __init__(self, folder: pathlib.Path, flags: dict):
        folder.mkdir(exist_ok=True)
        self._folder = folder
        for name in ("pid", "code"):
            (folder / name).unlink(missing_ok=True)
        arguments = [f"--{name}={value}" for name, value in flags.items()]
        nursery.start(_run, str(folder), arguments)
        while not (folder / "pid").exists():
            time.sleep(0.005)
        self._pid = int((folder / "pid").read_text())

    @property
    def is_over(self) -> bool:
        """Whether the process ended; its parent does not wait for it."""
        folder = pathlib.Path(f"/proc/{self._pid}")
        try:
            state = (folder / "stat").read_text().rsplit(")")[-1].split()[0]
            # A killed process holds its files until its last thread is gone.
            return state == "Z" and len(os.listdir(folder / "task")) <= 1
        except FileNotFoundError:
            return True

    def end(self, number: int | None = None) -> int | None:
        """Sends a signal, if any, and gives the exit code; None if killed."""
        if number:
            os.kill(self._pid, number)
        while not self.is_over:
            time.sleep(0.005)
        code = self._folder / "code"
        return int(code.read_text()) if code.exists() else None

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
    (folder / "code").write_text(str(code))
