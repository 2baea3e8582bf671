"""Reads sentences of tagged words, with a word in each line."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nlp_modeling.data.files.text_files import read_lines


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
    separate fields, or spaces if the line has no tab. Lines without a word and
    lines that start with `-DOCSTART-` end a sentence.

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
        fields = text.split("\t") if "\t" in text else text.split()
        word = fields[0].strip() if fields else ""
        if not word or word.startswith("-DOCSTART-"):
            if words:
                yield TaggedSentence(tuple(words), tuple(word_tags))
                words, word_tags = [], []
            continue
        is_empty = False
        words.append(word)
        if labeled:
            word_tags.append(_tag(fields, tags, file, line))
    if words:
        yield TaggedSentence(tuple(words), tuple(word_tags))
    if is_empty:
        raise ValueError(f"A CoNLL file must have a word. Received: {file=}.")


def _tag(fields, tags, file, line):
    tag = fields[-1].strip()
    if len(fields) < 2 or not tag:
        raise ValueError(
            f"A word must be followed by its tag. Received: "
            f"word={fields[0]!r}, {file=}, {line=}."
        )
    if tags and tag not in tags:
        raise ValueError(
            f"A tag must be one of {list(tags)}. Received: {tag=}, {file=}, "
            f"{line=}."
        )
    return tag
