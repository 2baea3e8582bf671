"""The built-in corpus in the form that pretraining reads."""

import itertools
import re
from collections.abc import Iterable, Iterator

from nlp_modeling.data.built_in.library_docs import LibraryDoc


def library_docs_text(docs: Iterable[LibraryDoc]) -> Iterator[str]:
    """Yields lines: a paragraph each, and an empty one after each module.

    Args:
        docs: What `library_docs` yields. Docstrings of one module, which come
            together, become one document.
    """
    for _, module in itertools.groupby(docs, key=lambda doc: doc.module):
        for doc in module:
            for paragraph in re.split(r"\n\s*\n", doc.text):
                line = " ".join(paragraph.split())
                if line:
                    yield line
        yield ""
