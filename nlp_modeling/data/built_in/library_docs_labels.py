"""Builds the built-in classification task: a text and its library."""

import collections
import re
from collections.abc import Iterable

from nlp_modeling.data.built_in.library_docs import LIBRARIES, LibraryDoc

# Names of the libraries would give the label away, and so would their short
# forms and longer names ("libtensorflow", "numpydoc").
_NAMES = re.compile(
    r"\w*(?:keras|numpy|python|tensorflow)\w*|\b(?:np|tf)\b", re.IGNORECASE
)


def library_docs_labels(
    docs: Iterable[LibraryDoc],
    max_per_library: int = 2000,
    unlike: Iterable[dict[str, str]] = (),
) -> list[dict[str, str]]:
    """Labels docstrings with their library, and removes the libraries' names.

    Every name of the four libraries becomes "library". Texts that are then
    equal are kept once. Modules of one library for another library
    (`keras.src.backend.numpy`, `tensorflow.python.keras`) are left out. No
    library has more than twice as many texts as another library.

        dev = data.library_docs_labels(data.library_docs("dev"))
        train = data.library_docs_labels(data.library_docs("train"), unlike=dev)

    Args:
        docs: Docstrings of the four, and of any others.
        max_per_library: The most docstrings of a library.
        unlike: Rows whose texts are left out.

    Returns:
        Rows in the order of `docs`, each with `text`, `library` and `name`, the
        name of the documented object.

    Raises:
        ValueError: If `docs` hold no text of one of the four libraries.
    """
    known = {_key(row["text"]) for row in unlike}
    rows = []
    for doc in docs:
        text = _NAMES.sub("library", doc.text)
        if _is_of_one_library(doc) and _key(text) not in known:
            known.add(_key(text))
            rows.append(
                {"text": text, "library": doc.library, "name": doc.name}
            )
    sizes = collections.Counter(row["library"] for row in rows)
    rarest = min(sizes[name] for name in LIBRARIES)
    if not rarest:
        raise ValueError(
            f"`docs` must hold texts of each of {LIBRARIES}. "
            f"Received: {dict(sizes)}."
        )
    most = min(max_per_library, 2 * rarest)
    return [
        row for rank, row in zip(_ranks(rows), rows, strict=True) if rank < most
    ]


def _key(text):
    return " ".join(text.split())


def _ranks(rows):
    """Yields how many rows of the same library came before each row."""
    counts = collections.Counter()
    for row in rows:
        yield counts[row["library"]]
        counts[row["library"]] += 1


def _is_of_one_library(doc):
    # "python" is left out, because it is a folder of TensorFlow too.
    others = set(doc.module.split(".")[1:]) & {"keras", "numpy", "tensorflow"}
    return doc.library in LIBRARIES and not others
