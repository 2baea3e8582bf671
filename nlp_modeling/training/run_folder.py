"""The folder of a run: who may write to it, and what is logged there."""

import fcntl
import json
import math
import os
import tempfile
from collections.abc import Mapping

import tensorflow as tf


class RunFolder:
    """The folder of a run: who may write to it, and what is logged there.

    Holds `config.gin`, `checkpoints/`, `metrics.jsonl` (one object a line) and
    `summaries/` (TensorBoard). Of a local folder one process at a time is the
    writer, until it ends in whatever way.

    Args:
        path: The folder, made if it is not there.
        writes: Whether this process is the one of all workers that writes.

    Raises:
        OSError: If the folder cannot be written.
        ValueError: If another run writes to it.
    """

    def __init__(self, path: str, writes: bool = True):
        self.path = path
        self.writes = writes
        self._lock = self._metrics = None
        self._summaries = {}
        self._logged = set()
        if writes and "://" in path:
            tf.io.gfile.makedirs(path)
        elif writes:
            os.makedirs(path, exist_ok=True)
            self._lock = _locked(path)

    @property
    def checkpoints(self) -> str:
        """The folder of the checkpoints."""
        return os.path.join(self.path, "checkpoints")

    def has(self, step: int, part: str) -> bool:
        """Whether `log` was called with these."""
        return (step, part) in self._logged

    def continue_from(self, step: int) -> None:
        """Drops from `metrics.jsonl` what was logged after `step` steps."""
        path = os.path.join(self.path, "metrics.jsonl")
        lines = []
        if tf.io.gfile.exists(path):
            with tf.io.gfile.GFile(path) as file:
                lines = file.read().splitlines()
            lines = [line for line in lines if _place(line)[0] <= step]
        self._logged = {_place(line) for line in lines}
        if not self.writes:
            return
        with tf.io.gfile.GFile(f"{path}.new", "w") as file:
            file.write("".join(f"{line}\n" for line in lines))
        tf.io.gfile.rename(f"{path}.new", path, overwrite=True)
        self._metrics = tf.io.gfile.GFile(path, "a")

    def log(self, step: int, part: str, values: Mapping[str, float]) -> None:
        """Writes numbers to `metrics.jsonl` and to TensorBoard.

        Args:
            step: How many steps were taken.
            part: What they are measured on, such as `train`.
            values: The numbers by their names.
        """
        self._logged.add((step, part))
        if not self.writes:
            return
        if part not in self._summaries:
            self._summaries[part] = tf.summary.create_file_writer(
                os.path.join(self.path, "summaries", part)
            )
        # JSON has no infinity, which a gradient has until the loss scale fits.
        known = {k: v if math.isfinite(v) else None for k, v in values.items()}
        line = json.dumps({"step": step, "part": part, **known})
        self._metrics.write(line + "\n")
        self._metrics.flush()
        with self._summaries[part].as_default(step):
            for name, value in values.items():
                tf.summary.scalar(name, value)
        self._summaries[part].flush()


def _locked(path):
    """Holds the folder's lock for as long as this process lives."""
    # An unwritable folder, or a full disk, ends here and not after hours.
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
