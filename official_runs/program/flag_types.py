"""Defines flags of numbers and paths, checked when the command is read.

absl's own parsers take nan, whole numbers that no tensor holds, and paths of
nothing. These check without loading TensorFlow, so a wrong flag costs a second.
"""

import contextlib
import glob
import math
import os

from absl import flags

flags.disclaim_key_flags()

# The largest number of an int32, which counts steps and rows.
_LARGEST = 2**31 - 1


def whole_number(
    name: str, default, help: str, low: int = 1, high: int = _LARGEST
) -> flags.FlagHolder:
    """Defines a flag of a whole number from `low` to `high`."""
    return _define(_Number(int, low, high), name, default, help)


def number(
    name: str, default, help: str, low: float = -math.inf, high=math.inf
) -> flags.FlagHolder:
    """Defines a flag of a finite number from `low` to `high`."""
    return _define(_Number(float, low, high), name, default, help)


def loss_scale(name: str, default, help: str) -> flags.FlagHolder:
    """Defines a flag of `dynamic` or a positive number."""
    return _define(_LossScale(), name, default, help)


def path(name: str, default, help: str, **arguments) -> flags.FlagHolder:
    """Defines a flag of a path that may come to be; `~` is expanded."""
    return _define(_Path(), name, default, help, **arguments)


def input_file(name: str, default, help: str, **arguments) -> flags.FlagHolder:
    """Defines a flag of a file that exists."""
    return _define(
        _Path("file", _require_file), name, default, help, **arguments
    )


def input_folder(
    name: str, default, help: str, **arguments
) -> flags.FlagHolder:
    """Defines a flag of a folder that exists."""
    return _define(
        _Path("folder", _require_folder), name, default, help, **arguments
    )


def input_files(name: str, default, help: str, **arguments) -> flags.FlagHolder:
    """Defines a flag of paths and globs, joined by commas, that all match."""
    return _define(_Paths(), name, default, help, **arguments)


def _define(parser, name, default, help, **arguments):
    serializer = flags.ArgumentSerializer()
    if isinstance(parser, _Paths):
        serializer = flags.CsvListSerializer(",")
    return flags.DEFINE(
        parser, name, default, help, serializer=serializer, **arguments
    )


class _Number(flags.ArgumentParser):
    """Reads a finite number between bounds."""

    def __init__(self, kind, low, high):
        words = {int: "a whole number", float: "a finite number"}[kind]
        if low > -math.inf:
            words += f" from {low:,}"
            words += " on" if high in (_LARGEST, math.inf) else f" to {high:,}"
        self.syntactic_help = words
        self._kind = kind
        self.lower_bound, self.upper_bound = low, high

    def flag_type(self):
        return self._kind.__name__

    def parse(self, argument):
        try:
            value = self._kind(argument)
            # Not a `float` that an `int` cuts, nor a bool.
            if value == float(argument) and math.isfinite(value):
                if self.lower_bound <= value <= self.upper_bound:
                    return value
        except (ValueError, OverflowError, TypeError):
            pass
        raise ValueError(f"it must be {self.syntactic_help}.")


class _LossScale(flags.ArgumentParser):
    syntactic_help = "`dynamic` or a finite number above 0"

    def parse(self, argument):
        if argument == "dynamic":
            return argument
        with contextlib.suppress(ValueError):
            if value := _Number(float, 0, math.inf).parse(argument):
                return value
        raise ValueError(f"it must be {self.syntactic_help}.")


class _Path(flags.ArgumentParser):
    """Reads a path: not empty, `~` expanded, `file://` dropped."""

    syntactic_help = "a path"

    def __init__(self, kind="path", require=None):
        self._kind, self._require = kind, require

    def flag_type(self):
        return self._kind

    def parse(self, argument):
        if not argument.strip():
            raise ValueError("a path must not be empty.")
        local = os.path.expanduser(argument.removeprefix("file://"))
        if self._require and "://" not in local:
            self._require(local)
        return local


class _Paths(_Path):
    """Reads paths and globs; a path that exists may hold commas."""

    syntactic_help = "paths or globs, joined by commas"

    def __init__(self):
        super().__init__("files")

    def parse(self, argument):
        if isinstance(argument, list):
            return argument
        alone = super().parse(argument)
        if os.path.exists(alone):
            return [alone]
        paths = [super(_Paths, self).parse(x) for x in argument.split(",")]
        for each in paths:
            if "://" not in each and not (
                os.path.exists(each) or glob.glob(each)
            ):
                raise ValueError(f"there is no file {each!r}.")
        return paths


def _require_file(path):
    if path == "-":  # Standard input.
        return
    if os.path.isdir(path):
        raise ValueError("it must be a file, and is a folder.")
    if not os.path.exists(path):
        raise ValueError("there is no such file.")


def _require_folder(path):
    if not os.path.isdir(path):
        raise ValueError("there is no such folder.")
