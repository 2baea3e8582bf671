"""The built-in classification task: which library does a text document?"""

import collections
import re

from nlp_modeling.data.library_docs import library_docs

# Every machine with this package has these four, and much text of each.
LIBRARIES = ("keras", "numpy", "python", "tensorflow")

# Names of the libraries and their usual short forms, inside longer names too
# ("libtensorflow", "numpydoc"): they would give the answer away.
_NAMES = re.compile(
    r"\w*(?:keras|numpy|python|tensorflow)\w*|\b(?:np|tf)\b", re.IGNORECASE
)


def library_docs_labels(
    split: str = "train", max_per_library: int = 2000
) -> list[dict[str, str]]:
    """Gives docstrings of four libraries, without the libraries' names.

    Every name of the four becomes "library". Modules of one library that are
    made for another (`keras.src.backend.numpy`, `tensorflow.python.keras`) are
    left out: they document both. What then reads the same stands once over
    both splits, in dev. No library has more than twice as many as another.

    Args:
        split: "train" or "dev". No module is in both.
        max_per_library: How many docstrings to take at most from one library.

    Returns:
        Rows with a `text`, its `library`, and the `name` of what it documents,
        in the order of `library_docs`.
    """
    rows = {"dev": {}, "train": {}}
    for part in ("dev",) if split == "dev" else ("dev", "train"):
        for doc in library_docs(part):
            text = _NAMES.sub("library", doc.text)
            key = " ".join(text.split())
            if _is_of_one_library(doc) and key not in rows["dev"]:
                rows[part].setdefault(key, (doc, text))
    return _balanced(rows[split].values(), max_per_library)


def _is_of_one_library(doc):
    # Not "python", which is a folder of TensorFlow.
    others = set(doc.module.split(".")[1:]) & {"keras", "numpy", "tensorflow"}
    return doc.library in LIBRARIES and not others


def _balanced(rows, max_per_library):
    sizes = collections.Counter(doc.library for doc, _ in rows)
    most = min(max_per_library, 2 * min(sizes[name] for name in LIBRARIES))
    left = dict.fromkeys(LIBRARIES, most)
    balanced = []
    for doc, text in rows:
        if left[doc.library]:
            left[doc.library] -= 1
            balanced.append(
                {"text": text, "library": doc.library, "name": doc.name}
            )
    return balanced
