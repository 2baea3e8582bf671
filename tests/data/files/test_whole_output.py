"""An output appears whole or not at all."""

import pathlib

import pytest

from nlp_modeling import data, files


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
    (tmp_path / ".out.partial").mkdir()
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


@pytest.mark.parametrize("scheme", ["file://", "ram://"])
@pytest.mark.parametrize("folder", [False, True])
def test_any_place_of_files_gets_an_output(tmp_path, scheme, folder):
    path = f"{scheme}{tmp_path}/new/out"
    for text in ("old", "new"):
        with data.whole_output(path, overwrite=True) as partial:
            if folder:
                files.make_folder(partial)
                partial = f"{partial}/file"
            with files.open_file(partial, "w") as file:
                file.write(text)
    with files.open_file(f"{path}/file" if folder else path) as file:
        assert file.read() == "new"
    assert files.list_folder(f"{scheme}{tmp_path}/new") == ["out"]


@pytest.mark.parametrize("path", ["", " ", "file://"])
def test_an_empty_path_is_no_output(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="must not be empty"):
        with data.whole_output(path):
            raise AssertionError("must not begin")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["full", "empty"])
def test_a_folder_is_no_place_for_a_file(tmp_path, name):
    write(tmp_path / "full", "precious", folder=True)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=f"must be a file.*{name}'"):
        with data.whole_output(tmp_path / name, True, is_file=True):
            raise AssertionError("must not begin")
    with pytest.raises(ValueError, match=f"must be a file.*{name}'"):
        with data.whole_output(tmp_path / name, overwrite=True) as partial:
            write(partial, "a file")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["empty", "full"]
    assert (tmp_path / "full" / "file").read_text() == "precious"


@pytest.mark.parametrize("path", ["file/out", "file/new/out", "/proc/out"])
def test_what_cannot_be_written_is_told_before_the_work(tmp_path, path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError, match=r"must be writable \(.*/out'"):
        with data.whole_output(tmp_path / path):
            raise AssertionError("must not begin")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_outputs_have_paths_of_their_own(tmp_path):
    data.require_different(["a", "b", "ram://a", "ram://b"])
    (tmp_path / "link").symlink_to(tmp_path / "a")
    for first, second in (
        ("a", "b/../a"),
        (str(tmp_path / "a"), f"file://{tmp_path}/link"),
        ("ram://a", "ram://a"),
    ):
        with pytest.raises(ValueError, match="must not share a path"):
            data.require_different([first, "c", second])
