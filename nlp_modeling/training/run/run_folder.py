"""Holds the folder of a run: one writer, and the numbers that it logs."""

import contextlib
import json
import logging
import math
import os
import tempfile
from collections.abc import Mapping
from typing import TypedDict

import filelock

from nlp_modeling import files, json_files

_logger = logging.getLogger(__name__)


class _Line(TypedDict):
    step: int
    part: str


# The numbers of steps, by the step at which a run stopped.
_Unreported = dict[int, dict[str, list[float]]]


class RunFolder:
    """Holds the folder of a run: one writer, and the numbers that it logs.

    The folder has `config.gin`, `checkpoints/`, `metrics.jsonl` (one object a
    line) and `summaries/` (TensorBoard). One process at a time writes to a
    local folder: it locks the folder until the context ends. A folder that is
    empty then is removed.

        with RunFolder("/tmp/run") as folder:
            ...

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
        self._metrics = None
        self._logged = set()
        self._held = contextlib.ExitStack()

    def __enter__(self):
        if self.writes:
            files.make_folder(self.path)
            if not files.is_remote(self.path):
                self._held.enter_context(_removed_if_empty(self.path))
                self._held.enter_context(_locked(self.path))
        return self

    def __exit__(self, *exception):
        if self._metrics:
            self._metrics.close()
        self._held.close()

    @property
    def checkpoints(self) -> str:
        """Gives the folder of the checkpoints."""
        return os.path.join(self.path, "checkpoints")

    def has(self, step: int, part: str) -> bool:
        """Tells whether numbers of this step and part were logged."""
        return (step, part) in self._logged

    def logged(self) -> list[dict]:
        """Reads what was logged: `step`, `part` and numbers, a dict a line."""
        path = os.path.join(self.path, "metrics.jsonl")
        if not files.file_exists(path):
            return []
        lines = json_files.read_text(path).splitlines()
        return [json.loads(line) for line in _of_a_run(lines, path)]

    def continue_from(self, step: int) -> None:
        """Drops from `metrics.jsonl` what was logged after `step` steps."""
        lines = [line for line in self.logged() if line["step"] <= step]
        self._logged = {(line["step"], line["part"]) for line in lines}
        if not self.writes:
            return
        path = os.path.join(self.path, "metrics.jsonl")
        text = "".join(f"{json.dumps(line)}\n" for line in lines)
        files.replace_file(path, text)
        self._metrics = files.open_file(path, "a")

    def keep_unreported(self, step: int, numbers: Mapping) -> None:
        """Keeps what a run that stops between two reports has not reported.

        It keeps that of the stop before too, until this stop is saved.
        """
        if self.writes:
            kept = {**self._all_unreported(), step: numbers}
            last = sorted(kept)[-2:]
            text = json.dumps({step: kept[step] for step in last})
            files.replace_file(self._unreported, text)

    def unreported(self, step: int) -> dict[str, list[float]]:
        """Gives what was kept at this step."""
        return self._all_unreported().get(step, {})

    def drop_unreported(self) -> None:
        """Drops what was kept, at the end of a run."""
        if self.writes:
            files.remove(self._unreported)

    def _all_unreported(self):
        if not files.file_exists(self._unreported):
            return {}
        return json_files.read_json(
            self._unreported, dict[int, dict[str, list[float]]]
        )

    @property
    def _unreported(self):
        return os.path.join(self.path, "unreported.json")

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


@contextlib.contextmanager
def _removed_if_empty(path):
    """Leaves nothing of a run that was refused before it began."""
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.rmdir(path)


@contextlib.contextmanager
def _locked(path):
    # An unwritable folder or a full disk raises here, and not after hours.
    with tempfile.TemporaryFile(dir=path) as file:
        file.write(bytes(4096))
        file.flush()
    lock = filelock.FileLock(os.path.join(path, ".lock"), timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise ValueError(
            f"Another run writes to this folder. Received: {path!r}."
        ) from None
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.remove(lock.lock_file)
        lock.release()


def _of_a_run(lines, path):
    """Drops lines that are no numbers of a run, and says so."""
    unknown = [line for line in lines if not _is_of_a_run(line)]
    # A kill may have cut off the last one.
    if any(line in unknown for line in lines[:-1]):
        _logger.warning(
            "%s: lines that are no numbers of a run are dropped: %.40r, ...",
            path,
            unknown[0],
        )
    return [line for line in lines if line not in unknown]


def _is_of_a_run(line):
    try:
        json_files.parse_json(line, _Line, "a line")
    except ValueError:
        return False
    return True
