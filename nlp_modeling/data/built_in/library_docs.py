"""The documentation that is installed: real English on any machine."""

import ast
import importlib.metadata
import pathlib
import sys
import sysconfig
import warnings
import zlib
from collections.abc import Iterator
from typing import NamedTuple


class LibraryDoc(NamedTuple):
    """One docstring.

    Args:
        library: The top package, "numpy", or "python" for the standard library.
        module: The module's full name, "numpy.linalg".
        name: What is documented: "numpy.linalg.norm", or the module.
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
    """Yields the docstrings of the standard library and installed packages.

    Sources are parsed and never imported. A text stands once over both splits.
    Modules come in the order of a hash of their names, which also splits them,
    so any size is a sample of all libraries, the same for equal versions of
    the packages. The docstrings of a module come together, in its order.

        for doc in library_docs("dev", max_bytes=1_000_000):
            print(doc.library, doc.name, doc.text)

    Args:
        split: "train" or "dev". No module is in both.
        max_bytes: How much text to yield at most, in bytes of UTF-8. All of
            it, some 15 MB with TensorFlow, takes half a minute.
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
    """Maps each module that is installed to its library and its file."""
    sources = {}
    standard = pathlib.Path(sysconfig.get_path("stdlib"))
    for file in standard.rglob("*.py"):
        parts = file.relative_to(standard).parts
        if parts[0].removesuffix(".py") in sys.stdlib_module_names:
            sources[_module_name(parts)] = ("python", file)
    for package in importlib.metadata.distributions():
        for file in package.files or ():
            if file.suffix == ".py" and file.parts[0] != "..":
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
    """Yields the name and docstring of a module and of all it defines."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(pathlib.Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return  # A template, a file for another Python, or gone.
    yield from _documented(tree, module)


def _documented(node, name):
    text = ast.get_docstring(node)
    if text:
        # An escape may stand for half a character, which no file can hold.
        yield name, text.encode(errors="ignore").decode()
    for child in ast.iter_child_nodes(node):
        if isinstance(
            child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        ):
            yield from _documented(child, f"{name}.{child.name}")
