"""Files of the disk, of file:// and of remote storage."""

import pytest

from nlp_modeling import files


@pytest.fixture(params=["", "file://", "ram://"])
def folder(request, tmp_path):
    return f"{request.param}{tmp_path}/folder"


def test_a_file_is_written_found_read_renamed_and_removed(folder):
    files.make_folder(f"{folder}/sub")
    files.make_folder(f"{folder}/sub")
    path = f"{folder}/sub/a.txt"
    assert not files.file_exists(path)
    for text in ("one", "two"):
        files.replace_file(path, text)
        with files.open_file(path) as file:
            assert file.read() == text
    with files.open_file(path, "rb") as file:
        assert file.read() == b"two"
    files.rename(path, f"{folder}/sub/b.txt")
    assert files.list_folder(folder) == ["sub"]
    assert files.list_folder(f"{folder}/sub") == ["b.txt"]
    assert files.is_folder(f"{folder}/sub")
    assert not files.is_folder(f"{folder}/sub/b.txt")
    files.remove(f"{folder}/sub")
    files.remove(f"{folder}/sub")
    assert not files.file_exists(f"{folder}/sub")


def test_a_folder_is_renamed_with_its_files(folder):
    files.make_folder(f"{folder}/one/sub")
    for name in ("a", "sub/b"):
        files.replace_file(f"{folder}/one/{name}", name)
    files.rename(f"{folder}/one", f"{folder}/two")
    assert files.list_folder(folder) == ["two"]
    assert files.list_folder(f"{folder}/two") == ["a", "sub"]
    with files.open_file(f"{folder}/two/sub/b") as file:
        assert file.read() == "sub/b"


def test_a_library_of_local_paths_reads_and_writes(folder):
    files.make_folder(folder)
    for text in ("one", "two"):
        with files.written_locally(f"{folder}/a.txt") as path:
            with open(path, "w") as file:
                file.write(text)
        with files.read_locally(f"{folder}/a.txt") as path:
            with open(path) as file:
                assert file.read() == text


def test_only_other_schemes_are_remote():
    assert not files.is_remote("/data/a")
    assert not files.is_remote("file:///data/a")
    assert files.is_remote("gs://bucket/a")
