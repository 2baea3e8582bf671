"""What a test reads from the file of another test is there.

Tests of the peers run last and in environments of their own: what was renamed
under them is found here.
"""

import ast
import functools
import pathlib

import pytest

ROOT = pathlib.Path(__file__).parent.parent.parent
FILES = sorted(ROOT.glob("tests/**/*.py"))


@functools.cache
def nodes(path):
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def file_of(module):
    """The file of a module of tests, None for other modules and folders."""
    path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    return path if path in FILES else None


@functools.cache
def names(path):
    """What a file defines, assigns and imports."""
    found = set()
    for node in nodes(path):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name for alias in node.names}
    return found


@pytest.mark.parametrize(
    "path", FILES, ids=lambda path: str(path.relative_to(ROOT))
)
def test_names_of_other_tests_exist(path):
    files = {}
    for node in nodes(path):
        if not isinstance(node, ast.ImportFrom):
            continue
        file = file_of(node.module)
        for alias in node.names:
            assert not file or alias.name in names(file)
            inner = file_of(f"{node.module}.{alias.name}")
            files[alias.asname or alias.name] = inner
    for node in nodes(path):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            file = files.get(node.value.id)
            assert not file or node.attr in names(file)
