"""Reads sentences of tagged words, with a word in each line."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nlp_modeling.data.files.text_files import read_lines

_TAG = re.compile(r"O|[A-Z]-\S+")


class TaggedSentence(NamedTuple):
    """Holds the words of a sentence and their tags.

    `tags` is empty if the words have no tags.
    """

    words: tuple[str, ...]
    tags: tuple[str, ...]


def read_conll(
    file: str,
    tags: Sequence[str] = (),
    labeled: bool = True,
) -> Iterator[TaggedSentence]:
    """Reads the sentences of a file in CoNLL's columns.

    The first field of a line is a word, and the last field is its tag. Tabs
    separate fields, or spaces if the line has no tab. Blank lines and lines
    that start with `-DOCSTART-` end a sentence. Before a sentence, a line with
    a `#` in front is a comment, unless it is a word with a tag.

    Reference:
        CoNLL-2003: https://aclanthology.org/W03-0419

    Args:
        file: A path. A name that ends with `.gz` is unpacked.
        tags: The allowed tags. Empty for any tags.
        labeled: Whether lines hold tags.

    Raises:
        ValueError: If the file cannot be read or holds no word, or a line has
            no tag or a tag that is not in `tags`. Names the file and the line.
    """
    words, word_tags = [], []
    is_empty = True
    for line, text in enumerate(read_lines(file), start=1):
        fields = _fields(text)
        if not text.strip() or fields[0].startswith("-DOCSTART-"):
            if words:
                yield TaggedSentence(tuple(words), tuple(word_tags))
                words, word_tags = [], []
            continue
        if not words and _is_comment(text, fields, tags, labeled):
            continue
        is_empty = False
        words.append(fields[0])
        if labeled:
            word_tags.append(_tag(fields, tags, file, line))
    if words:
        yield TaggedSentence(tuple(words), tuple(word_tags))
    if is_empty:
        raise ValueError(f"A CoNLL file must have a word. Received: {file=}.")


def _fields(text):
    if "\t" in text:
        return [field.strip(" ") for field in text.split("\t")]
    # `str.split()` would cut at a no-break space, which may be a word.
    return re.split(" +", text.strip(" "))


def _is_comment(text, fields, tags, labeled):
    """Tells whether a line before a sentence is a comment, not a word.

    The word `#` is followed by its tag. After tabs any tag is one. After spaces
    it has to be a tag of the task, or to look like one.
    """
    if not text.startswith("#"):
        return False
    if "\t" in text:
        return " " in fields[0]
    if not labeled:
        return len(fields) > 1
    tag = fields[-1]
    return tag not in tags if tags else not _TAG.fullmatch(tag)


def _tag(fields, tags, file, line):
    tag = fields[-1].strip()
    if len(fields) < 2 or not tag:
        raise ValueError(
            f"A word must be followed by its tag. Received: "
            f"word={fields[0]!r}, {file=}, {line=}."
        )
    if tags and tag not in tags:
        raise ValueError(
            f"A tag must be one of the labels {list(tags)}. Received: {tag=}, "
            f"{file=}, {line=}."
        )
    return tag
