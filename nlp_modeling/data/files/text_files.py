"""Finds text files and reads their lines. Errors name the line."""

import gzip
import zlib
from collections.abc import Iterable, Iterator

import tensorflow as tf


def find_files(patterns: str | Iterable[str]) -> list[str]:
    """Lists the files that match `patterns`, each once.

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
    files = {}
    for pattern in patterns:
        matches = sorted(tf.io.gfile.glob(pattern))
        if not matches:
            raise ValueError(
                f"Every pattern must match a file. Received: {pattern=}."
            )
        files.update(dict.fromkeys(matches))
    return list(files)


def read_lines(file: str) -> Iterator[str]:
    """Reads the lines of a UTF-8 file, without line ends.

    A file whose name ends with `.gz` is unpacked. A byte order mark is
    dropped.

    Args:
        file: A path on any file system that TensorFlow supports.

    Yields:
        A line at a time, so memory does not grow with the file.

    Raises:
        ValueError: If the file is missing, empty, damaged or not UTF-8. Names
            the file and the line, counted from 1.
    """
    number = 0
    try:
        for number, line in enumerate(_raw_lines(file), start=1):
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
    except tf.errors.OpError as error:
        raise ValueError(
            f"A file must be readable ({error.message}). Received: {file=}."
        ) from None
    if not number:
        raise ValueError(f"A file must not be empty. Received: {file=}.")


def text_bytes(files: Iterable[str]) -> int:
    """Estimates the number of bytes of text, to estimate the time left.

    Args:
        files: Paths. For a `.gz` file, its last four bytes hold the number.
    """
    total = 0
    for file in files:
        size = tf.io.gfile.stat(file).length
        if file.endswith(".gz") and size > 4:
            with tf.io.gfile.GFile(file, "rb") as stream:
                stream.seek(size - 4)
                size = int.from_bytes(stream.read(4), "little")
        total += size
    return total


def _raw_lines(file):
    with tf.io.gfile.GFile(file, "rb") as stream:
        if file.endswith(".gz"):
            with gzip.GzipFile(fileobj=stream) as unpacked:
                yield from unpacked
        else:
            yield from stream
