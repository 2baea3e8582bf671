"""Finds the tags of a task in its file."""

import collections
import logging

from nlp_modeling.data.tagging.read_conll import read_conll
from nlp_modeling.data.tagging.require_tags import require_tags

_LOGGER = logging.getLogger(__name__)
_SHOWN = 20  # tags in the log


def read_tags(file: str) -> tuple[str, ...]:
    """Lists the different tags of a file in CoNLL's columns: O, then sorted.

    The log gets the tags and the numbers of their words.

    Args:
        file: A path; see `read_conll`.

    Raises:
        ValueError: If the file cannot be read, or its tags are not of one
            scheme; see `require_tags`.
    """
    counts = collections.Counter()
    for sentence in read_conll(file):
        counts.update(sentence.tags)
    shown = [f"{tag} ({n:,})" for tag, n in counts.most_common(_SHOWN)]
    if len(counts) > _SHOWN:
        shown.append("...")
    _LOGGER.info("%s: %d tags (words): %s", file, len(counts), ", ".join(shown))
    require_tags([*counts], f"{file=}")
    return tuple(sorted(counts, key=lambda tag: (tag != "O", tag)))
