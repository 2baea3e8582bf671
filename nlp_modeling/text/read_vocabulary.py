"""Reads a vocabulary of word pieces."""

from nlp_modeling import json_files


def read_vocabulary(path: str) -> list[str]:
    """Reads the entries of a `vocab.txt`: one in each line, by id.

    Args:
        path: A UTF-8 file; a byte order mark is dropped.

    Raises:
        ValueError: If the file does not exist, is a folder, or is not UTF-8.
    """
    lines = json_files.read_text(path).split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line.rstrip("\r") for line in lines]
