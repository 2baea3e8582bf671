"""Collects installed docstrings: real English on any machine."""

import ast
import importlib.metadata
import pathlib
import sys
import sysconfig
import warnings
import zlib
from collections.abc import Iterator
from typing import NamedTuple

# These are installed with this package, and each has much text.
LIBRARIES = ("keras", "numpy", "python", "tensorflow")


class LibraryDoc(NamedTuple):
    """Holds a docstring and the name of the object that it documents.

    Args:
        library: One of `LIBRARIES`. "python" is the standard library.
        module: The full name of the module, as "numpy.linalg".
        name: The full name of the object, as "numpy.linalg.norm".
        text: The docstring as written, without its indentation.
    """

    library: str
    module: str
    name: str
    text: str


def library_docs(
    split: str = "train",
    max_bytes: int | None = None,
    min_characters: int = 80,
    dev_percent: int = 5,
) -> Iterator[LibraryDoc]:
    """Collects the docstrings of `LIBRARIES`, where they are installed.

    Sources are parsed and never imported. No text occurs twice, within a split
    or in both. A hash of a module's name decides its split and its place, so
    any number of bytes is a sample of all libraries. Equal versions of the
    four give equal docstrings, whatever else is installed. The docstrings of a
    module come together.

        for doc in library_docs("dev", max_bytes=1_000_000):
            print(doc.library, doc.name, doc.text)

    Args:
        split: "train" or "dev". No module is in both.
        max_bytes: The most text to yield, in bytes of UTF-8. None for all text:
            12 MB in 20 seconds, if TensorFlow is installed.
        min_characters: Shorter docstrings are left out.
        dev_percent: The share of modules, in percent, of the dev split.

    Yields:
        `LibraryDoc`s.

    Raises:
        ValueError: If an argument is out of its range.
    """
    if split not in ("train", "dev"):
        raise ValueError(
            f"`split` must be 'train' or 'dev'. Received: {split=}."
        )
    if not 0 < dev_percent < 100:
        raise ValueError(
            "`dev_percent` must lie between 0 and 100. "
            f"Received: {dev_percent=}."
        )
    return _docs(split, max_bytes, min_characters, dev_percent)


def _docs(split, max_bytes, min_characters, dev_percent):
    sources, seen, size = _sources(), set(), 0
    hashes = {module: zlib.crc32(module.encode()) for module in sources}
    modules = {"dev": [], "train": []}
    for module in sorted(sources, key=lambda module: (hashes[module], module)):
        is_dev = hashes[module] % 100 < dev_percent
        modules["dev" if is_dev else "train"].append(module)
    # Training text must not repeat dev text, so dev is always read first.
    for part in ("dev",) if split == "dev" else ("dev", "train"):
        for module in modules[part]:
            library, file = sources[module]
            for name, text in _docstrings(module, file):
                if len(text) < min_characters or text in seen:
                    continue
                seen.add(text)
                if part != split:
                    continue
                size += len(text.encode())
                if max_bytes is not None and size > max_bytes:
                    return
                yield LibraryDoc(library, module, name, text)


def _sources():
    """Maps each installed module to its library and its file."""
    sources = {}
    standard = pathlib.Path(sysconfig.get_path("stdlib"))
    for file in standard.rglob("*.py"):
        parts = file.relative_to(standard).parts
        if parts[0].removesuffix(".py") in sys.stdlib_module_names:
            sources[_module_name(parts)] = ("python", file)
    for package in importlib.metadata.distributions():
        for file in package.files or ():
            if file.suffix == ".py" and file.parts[0] in LIBRARIES:
                module = _module_name(file.parts)
                sources[module] = (module.split(".")[0], file.locate())
    return {
        module: source
        for module, source in sources.items()
        if not {"test", "tests", "site-packages"} & set(module.split("."))
    }


def _module_name(parts):
    return ".".join(parts).removesuffix(".py").removesuffix(".__init__")


def _docstrings(module, file):
    """Yields the names and docstrings of a module and its definitions."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(pathlib.Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return  # A template, a file for another Python, or a missing file.
    yield from _documented(tree, module)


def _documented(node, name):
    text = ast.get_docstring(node)
    if text:
        # An escape may be half a character, which UTF-8 cannot encode.
        yield name, text.encode(errors="ignore").decode()
    for child in ast.iter_child_nodes(node):
        if isinstance(
            child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        ):
            yield from _documented(child, f"{name}.{child.name}")
