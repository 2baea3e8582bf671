"""Finds the sentences of a docstring on its parameters and its result."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TITLE = re.compile(
    r"^(?P<indent> *)"
    r"(?:(?:Call )?Arg(?:ument)?s|Param(?:eter)?s|(?P<result>Returns|Yields))"
    r"(?: *:|(?P<dashes> *\n *---+)) *\n",
    re.MULTILINE,
)
_DASHED_TITLE = re.compile(r"^ *\S.*\n *---+ *$", re.MULTILINE)
_NAMES = r"[*`]*(?P<name>\w+(?:`?, *[*`]*\w+)*)`?"
# Google: `name: text` or `name (type): text`. NumPy: `name : type`, then an
# indented text.
_GOOGLE = _NAMES + r"(?: *\([^()\n]*\))? *:(?=\s)"
_NUMPY = _NAMES + r"(?: *:.*)? *\n"
_INDENT = re.compile(r"(?: *\n)*( *)")
# A sentence ends at a full stop, a blank line or the end.
_SENTENCE = re.compile(
    r"\S.*?(?=(?<!e\.g)(?<!i\.e)(?<!etc)(?<!vs)\.(?:\s|$)|\n *\n|\s*$)",
    re.DOTALL,
)


class DocstringItem(NamedTuple):
    """Holds a sentence of a docstring on a parameter or on the result.

    Args:
        name: The parameter, or "" for the result.
        start: The index of the sentence's first character.
        text: The first sentence of the description, without its full stop.
    """

    name: str
    start: int
    text: str


def docstring_items(docstring: str) -> Iterator[DocstringItem]:
    """Finds the sentences of a docstring on its parameters and its result.

    Reads Google's style (`Args:`, `x: A number.`) and NumPy's (`Parameters` and
    `x : type`, each above the text that belongs to it).

    Args:
        docstring: The text as `inspect.cleandoc` leaves it.

    Yields:
        Sentences in the order of the docstring.
    """
    for title in _TITLE.finditer(docstring):
        start, indent = title.end(), len(title["indent"])
        if title["dashes"]:
            entry = _NUMPY
            following = _DASHED_TITLE.search(docstring, start)
            stop = following.start() if following else len(docstring)
        else:
            entry = _GOOGLE
            stop = _block_end(docstring, start, indent, len(docstring))
            if title["result"]:
                yield from _item("", docstring, start, stop)
                continue
            indent = len(_INDENT.match(docstring, start)[1])
        entries = re.compile(rf"^ {{{indent}}}{entry}", re.MULTILINE)
        for match in entries.finditer(docstring, start, stop):
            name = "" if title["result"] else match["name"]
            end = _block_end(docstring, match.end(), indent, stop)
            yield from _item(name, docstring, match.end(), end)


def _block_end(docstring, start, indent, stop):
    """Finds the next line that is indented by at most `indent`."""
    # The line that holds `start` does not count.
    line = docstring.find("\n", start - 1) + 1
    if not line:
        return stop
    outside = re.compile(rf"^ {{0,{indent}}}\S", re.MULTILINE)
    match = outside.search(docstring, line, stop)
    return match.start() if match else stop


def _item(name, docstring, start, stop):
    sentence = _SENTENCE.search(docstring, start, stop)
    if sentence:
        yield DocstringItem(name, sentence.start(), sentence[0])
