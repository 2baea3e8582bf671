"""Describes one bad input of a program."""

import dataclasses
import pathlib
import shutil
from collections.abc import Callable, Mapping

# A folder in place of a file.
FOLDER = object()
Content = str | bytes | object | Callable[[bytes], bytes]


@dataclasses.dataclass(frozen=True)
class BadInput:
    """Describes one bad input of a program.

    In flags and words `GOOD` is the folder of the good inputs, and `BAD` an
    empty folder, which gets `copies` and then `files`.

    Args:
        program: A module of `official_runs`.
        what: What is wrong.
        words: Words that the error must hold.
        flags: Flags in place of the good ones; None drops a flag.
        files: Contents by path in `BAD`: text, bytes, `FOLDER`, or a function
            of what the file holds.
        copies: Paths in `GOOD` of files and folders, by path in `BAD`.
        more: Arguments after the flags, for flags that are repeated.
        is_late: Whether only training sees what is wrong.
    """

    program: str
    what: str
    words: tuple[str, ...]
    flags: Mapping[str, object] = dataclasses.field(default_factory=dict)
    files: Mapping[str, Content] = dataclasses.field(default_factory=dict)
    copies: Mapping[str, str] = dataclasses.field(default_factory=dict)
    more: tuple[str, ...] = ()
    is_late: bool = False

    def __str__(self):
        return f"{self.program}: {self.what}"

    def write(self, good: pathlib.Path, bad: pathlib.Path) -> None:
        """Writes the bad files."""
        for name, source in self.copies.items():
            path = bad / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if (good / source).is_dir():
                shutil.copytree(good / source, path)
            else:
                shutil.copy(good / source, path)
        for name, content in self.files.items():
            write_content(bad / name, content)


def write_content(path: pathlib.Path, content: Content) -> None:
    """Writes a file, see `BadInput`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if content is FOLDER:
        path.unlink(missing_ok=True)
        path.mkdir()
        return
    if callable(content):
        content = content(path.read_bytes() if path.exists() else b"")
    if isinstance(content, str):
        content = content.encode()
    path.write_bytes(content)
