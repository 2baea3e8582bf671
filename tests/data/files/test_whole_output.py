"""An output appears whole or not at all."""

import pathlib

import pytest

from nlp_modeling import data


def write(path, text, folder=False):
    path = pathlib.Path(path)
    if folder:
        path.mkdir()
        path = path / "file"
    path.write_text(text)


@pytest.mark.parametrize("folder", [False, True])
def test_nothing_is_there_before_the_end(tmp_path, folder):
    path = tmp_path / "new" / "out"
    with data.whole_output(path) as partial:
        write(partial, "whole", folder)
        assert not path.exists()
    assert (path / "file" if folder else path).read_text() == "whole"
    assert [p.name for p in path.parent.iterdir()] == ["out"]


@pytest.mark.parametrize("folder", [False, True])
def test_an_error_leaves_what_was_there(tmp_path, folder):
    path = tmp_path / "out"
    write(path, "old", folder)
    with pytest.raises(OSError):
        with data.whole_output(path, overwrite=True) as partial:
            write(partial, "half", folder)
            raise OSError("No space left on device")
    assert (path / "file" if folder else path).read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("folder", [False, True])
def test_an_output_is_replaced_only_when_told(tmp_path, folder):
    path = tmp_path / "out"
    write(path, "old", folder)
    with pytest.raises(FileExistsError, match="out"):
        with data.whole_output(path):
            raise AssertionError("must not begin")
    with data.whole_output(path, overwrite=True) as partial:
        write(partial, "new", folder)
    assert (path / "file" if folder else path).read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_what_a_killed_run_left_is_replaced(tmp_path):
    (tmp_path / "out.partial").mkdir()
    with data.whole_output(tmp_path / "out") as partial:
        write(partial, "whole")
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_is_free(tmp_path):
    path = tmp_path / "out"
    path.mkdir()
    with data.whole_output(path) as partial:
        write(partial, "whole", folder=True)
    assert (path / "file").read_text() == "whole"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
