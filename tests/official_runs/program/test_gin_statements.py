"""gin files are found, split where they include, and run nothing."""

import os

import gin
import pytest

from official_runs.program import settings
from official_runs.program.find_gin_file import PACKAGED, find_gin_file
from official_runs.program.gin_statements import read_gin_file
from tests.official_runs.program.parse_flags import parse_flags


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with folders as packages and programs have them."""
    parse_flags()
    for name in ("runs", "networks", "gin", "data", "text", "records"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_files_of_the_programs_are_found_beside_folders_of_their_names(folder):
    path = find_gin_file("networks/bert_tiny.gin")
    assert path == os.path.join(PACKAGED, "networks", "bert_tiny.gin")
    (folder / "networks" / "__init__.py").touch()
    (folder / "networks" / "other.gin").touch()
    assert find_gin_file("networks/bert_tiny.gin") == path


def test_a_file_of_the_working_folder_comes_first(folder):
    (folder / "networks" / "bert_tiny.gin").touch()
    assert find_gin_file("networks/bert_tiny.gin") == "networks/bert_tiny.gin"


@pytest.mark.parametrize(
    "name", ("runs/quickstart.gin", "runs/sst2.gin", "runs/squad.gin")
)
def test_includes_of_the_programs_are_found(folder, name):
    sources = [source for source, _ in read_gin_file(name)]
    assert all(source.startswith(PACKAGED) for source in sources)


def test_an_included_file_is_found_beside_the_one_that_includes_it(folder):
    (folder / "data" / "base.gin").write_text("A = 1\n")
    (folder / "data" / "own.gin").write_text("include 'base.gin'\nB = 2\n")
    parts = list(read_gin_file("data/own.gin"))
    assert ("data/base.gin", "A = 1\n") in parts
    assert parts[-1] == ("data/own.gin", "\nB = 2\n")


def test_statements_apply_in_their_order(folder):
    (folder / "base.gin").write_text("A = 1\nB = 1\nC = 1\n")
    (folder / "own.gin").write_text("A = 2\ninclude 'base.gin'\nB = 2\n")
    settings.read_settings("own.gin", {}, C=3)
    assert gin.config_str().split("\n")[2:] == ["A = 1", "B = 2", "C = 3", ""]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A = 1\nimport os", "own.gin, line 2: os."),
        ("from os import path", "own.gin, line 1: os.path."),
        ("from __gin__ import dynamic_registration", "dynamic_registration"),
        ("include 'evil.gin'", "evil.gin, line 1: os."),
        ("A = 1\ninclude 'none.gin'", "none.gin, included by own.gin"),
        ("include 'own.gin'", "own.gin includes own.gin"),
        ("A = 1\nB = (((", "own.gin"),
        ("A = 1\nA B", "own.gin, line 2"),
        ("A = 1\n\n\nnothing.at = 1", "line 4"),
        ("A = @nothing", "nothing"),
        ("A = open('x')", "own.gin, line 1"),
    ],
)
def test_what_is_wrong_is_named(folder, text, said):
    (folder / "evil.gin").write_text("import os\n")
    (folder / "own.gin").write_text(text)
    with pytest.raises(ValueError) as raised:
        settings.read_settings("own.gin", {})
    assert said in str(raised.value)


def test_imports_can_be_allowed(folder):
    (folder / "own.gin").write_text("import os\nA = 1\n")
    parse_flags("--allow_gin_imports")
    settings.read_settings("own.gin", {})
    assert "A = 1" in gin.config_str()


def test_a_parameter_imports_nothing_either(folder):
    parse_flags("--gin_param=import os")
    (folder / "own.gin").write_text("A = 1\n")
    with pytest.raises(ValueError, match="--gin_param='import os', line 1"):
        settings.read_settings("own.gin", {})
