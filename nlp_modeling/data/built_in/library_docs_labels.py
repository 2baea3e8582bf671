"""The built-in classification task: which library does a text document?"""

import collections
import re
from collections.abc import Iterable

from nlp_modeling.data.built_in.library_docs import LibraryDoc

# Every machine with this package has these four, and much text of each.
LIBRARIES = ("keras", "numpy", "python", "tensorflow")

# Names of the libraries and their usual short forms, inside longer names too
# ("libtensorflow", "numpydoc"): they would give the answer away.
_NAMES = re.compile(
    r"\w*(?:keras|numpy|python|tensorflow)\w*|\b(?:np|tf)\b", re.IGNORECASE
)


def library_docs_labels(
    docs: Iterable[LibraryDoc],
    max_per_library: int = 2000,
    unlike: Iterable[dict[str, str]] = (),
) -> list[dict[str, str]]:
    """Gives docstrings of four libraries, without the libraries' names.

    Every name of the four becomes "library". Modules of one library that are
    made for another (`keras.src.backend.numpy`, `tensorflow.python.keras`) are
    left out: they document both. What then reads the same stands once. No
    library has more than twice as many texts as another.

        dev = data.library_docs_labels(data.library_docs("dev"))
        train = data.library_docs_labels(data.library_docs("train"), unlike=dev)

    Args:
        docs: Docstrings of these and of any other libraries.
        max_per_library: How many docstrings to take at most from one library.
        unlike: Other rows, whose texts are left out.

    Returns:
        Rows with a `text`, its `library`, and the `name` of what it documents,
        in the order of `docs`.

    Raises:
        ValueError: If `docs` hold no text of one of the four.
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
    # Not "python", which is a folder of TensorFlow.
    others = set(doc.module.split(".")[1:]) & {"keras", "numpy", "tensorflow"}
    return doc.library in LIBRARIES and not others
