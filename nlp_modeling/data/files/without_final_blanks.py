"""Drops the blank lines at the end of a text."""

from collections.abc import Iterable, Iterator


def without_final_blanks(lines: Iterable[str]) -> Iterator[str]:
    """Drops the blank lines at the end of a text.

    A blank line before another line stays: it is an empty text, and the
    predictions keep its place.
    """
    blanks = []
    for line in lines:
        blanks.append(line)
        if line.strip():
            yield from blanks
            blanks.clear()
