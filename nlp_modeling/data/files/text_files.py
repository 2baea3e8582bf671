"""Finds text files and reads their lines. Errors name the line."""

import gzip
import zlib
from collections.abc import Iterable, Iterator

import tensorflow as tf

from nlp_modeling import files


def find_files(patterns: str | Iterable[str]) -> list[str]:
    """Lists the files that match `patterns`, each once.

    A path that exists is taken as it stands, so it may hold `[`, `*` or a
    comma. Folders that match a glob are left out.

    Args:
        patterns: Paths or globs: a list, or a string that separates them by
            commas.

    Returns:
        Paths in the order of `patterns`, sorted within one pattern.

    Raises:
        ValueError: If there is no pattern, or a pattern matches no file.
    """
    if isinstance(patterns, str):
        patterns = patterns.split(",")
    patterns = [pattern.strip() for pattern in map(str, patterns)]
    if not any(patterns):
        raise ValueError(
            f"`patterns` must name a file. Received: patterns={patterns}."
        )
    found = {}
    while patterns:
        # Flags cut a path at its commas, so its parts may have to be joined.
        for count in range(1, len(patterns) + 1):
            pattern = ",".join(patterns[:count])
            if matches := _matches(pattern):
                break
        else:
            pattern, count = patterns[0], 1
            kind = "is a folder" if files.is_folder(pattern) else "matches none"
            raise ValueError(
                f"Every pattern must match a file. Received: {pattern=}, which "
                f"{kind}."
            )
        found.update(dict.fromkeys(matches))
        patterns = patterns[count:]
    return list(found)


def read_lines(file: str) -> Iterator[str]:
    """Reads the lines of a UTF-8 file, without line ends.

    A file whose name ends with `.gz` is unpacked. A byte order mark is
    dropped.

    Args:
        file: A path; see `nlp_modeling.files`.

    Yields:
        A line at a time, so memory does not grow with the file.

    Raises:
        ValueError: If the file is missing, empty, damaged or not UTF-8. Names
            the file and the line, counted from 1.
    """
    number = 0
    try:
        for number, line in enumerate(_raw_lines(file), start=1):
            if number == 1 and b"\0" in line[:2]:
                # UTF-16 of ASCII characters is UTF-8 too.
                raise UnicodeDecodeError("utf-8", line, 0, 1, "UTF-16")
            text = line.decode("utf-8")
            yield (text.lstrip("\ufeff") if number == 1 else text).rstrip(
                "\r\n"
            )
    except UnicodeDecodeError as error:
        raise ValueError(
            f"Text must be UTF-8. Received: {file=}, line={number}, "
            f"byte={error.start + 1} of the line."
        ) from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(
            f"A .gz file must be whole ({error}). Received: {file=}, "
            f"after line={number}."
        ) from None
    except (OSError, tf.errors.OpError) as error:
        reason = getattr(error, "strerror", None) or getattr(
            error, "message", error
        )
        raise ValueError(
            f"A file must be readable ({reason}). Received: {file=}."
        ) from None
    if not number:
        raise ValueError(f"A file must not be empty. Received: {file=}.")


def text_bytes(paths: Iterable[str]) -> int:
    """Estimates the number of bytes of text, to estimate the time left.

    Args:
        paths: Files. For a `.gz` file, its last four bytes hold the number.
    """
    total = 0
    for path in paths:
        size = tf.io.gfile.stat(path).length
        if path.lower().endswith(".gz") and size > 4:
            with files.open_file(path, "rb") as stream:
                stream.seek(size - 4)
                size = int.from_bytes(stream.read(4), "little")
        total += size
    return total


def _matches(pattern):
    if files.file_exists(pattern):
        return [] if files.is_folder(pattern) else [files.plain_path(pattern)]
    return [path for path in files.match(pattern) if not files.is_folder(path)]


def _raw_lines(file):
    with files.open_file(file, "rb") as stream:
        if file.lower().endswith(".gz"):
            with gzip.GzipFile(fileobj=stream) as unpacked:
                yield from unpacked
        else:
            yield from stream
