"""Turns docstrings into the built-in corpus for pretraining."""

import itertools
import re
from collections.abc import Iterable, Iterator

from nlp_modeling.data.built_in.library_docs import LibraryDoc


def library_docs_text(docs: Iterable[LibraryDoc]) -> Iterator[str]:
    """Turns docstrings into lines of text, a document for each module.

    Args:
        docs: Docstrings, as from `library_docs`. A module's are adjacent.

    Yields:
        Lines, each with a paragraph. An empty line ends each document.
    """
    for _, module in itertools.groupby(docs, key=lambda doc: doc.module):
        for doc in module:
            for paragraph in re.split(r"\n\s*\n", doc.text):
                line = " ".join(paragraph.split())
                if line:
                    yield line
        yield ""
