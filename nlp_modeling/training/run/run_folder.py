"""Holds the folder of a run: one writer, and the numbers that it logs."""

import fcntl
import json
import math
import os
import tempfile
from collections.abc import Mapping

from nlp_modeling.files import (
    file_exists,
    make_folder,
    open_file,
    replace_file,
)


class RunFolder:
    """Holds the folder of a run: one writer, and the numbers that it logs.

    The folder has `config.gin`, `checkpoints/`, `metrics.jsonl` (one object a
    line) and `summaries/` (TensorBoard). One process at a time writes to a
    local folder: it locks the folder until it ends.

    Args:
        path: The folder, which is made if it does not exist.
        writes: Whether this worker is the one that writes.

    Raises:
        OSError: If the folder cannot be written.
        ValueError: If another run writes to it.
    """

    def __init__(self, path: str, writes: bool = True):
        self.path = path
        self.writes = writes
        self._lock = self._metrics = None
        self._logged = set()
        if writes:
            make_folder(path)
            if "://" not in path:
                self._lock = _locked(path)

    @property
    def checkpoints(self) -> str:
        """Gives the folder of the checkpoints."""
        return os.path.join(self.path, "checkpoints")

    def has(self, step: int, part: str) -> bool:
        """Tells whether numbers of this step and part were logged."""
        return (step, part) in self._logged

    def continue_from(self, step: int) -> None:
        """Drops from `metrics.jsonl` what was logged after `step` steps."""
        path = os.path.join(self.path, "metrics.jsonl")
        lines = []
        if file_exists(path):
            with open_file(path) as file:
                lines = file.read().splitlines()
            lines = [line for line in lines if _place(line)[0] <= step]
        self._logged = {_place(line) for line in lines}
        if not self.writes:
            return
        replace_file(path, "".join(f"{line}\n" for line in lines))
        self._metrics = open_file(path, "a")

    def log(self, step: int, part: str, values: Mapping[str, float]) -> None:
        """Appends numbers to `metrics.jsonl`.

        Args:
            step: How many steps were taken.
            part: What they are measured on, such as `train`.
            values: The numbers by their names.
        """
        self._logged.add((step, part))
        if not self.writes:
            return
        # JSON has no infinity, which a gradient has until the loss scale fits.
        known = {k: v if math.isfinite(v) else None for k, v in values.items()}
        line = json.dumps({"step": step, "part": part, **known})
        self._metrics.write(line + "\n")
        self._metrics.flush()


def _locked(path):
    """Locks a folder for as long as this process lives."""
    # An unwritable folder or a full disk raises here, and not after hours.
    with tempfile.TemporaryFile(dir=path) as file:
        file.write(bytes(4096))
        file.flush()
    lock = open(os.path.join(path, ".lock"), "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise ValueError(
            f"Another run writes to this folder. Received: {path!r}."
        ) from None
    return lock


def _place(line):
    try:
        values = json.loads(line)
        return values["step"], values["part"]
    except (ValueError, KeyError):
        return float("inf"), ""  # Cut off in the middle.
