"""Text files are found and read, or the error names file and line."""

import gzip

import pytest

from nlp_modeling import data, files


def test_globs_are_sorted_and_lists_keep_their_order(tmp_path):
    for name in ("b.txt", "a.txt", "c.md"):
        (tmp_path / name).write_text("x")
    found = data.find_files(f"{tmp_path}/*.md,{tmp_path}/*.txt")
    assert [file[-5:] for file in found] == ["/c.md", "a.txt", "b.txt"]


def test_a_file_that_matches_twice_is_found_once(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    pattern = str(tmp_path / "*.txt")
    assert len(data.find_files([pattern, pattern])) == 1


@pytest.mark.parametrize("name", ["a[1].txt", "a,b.txt", "a*.txt", "a{b}.txt"])
def test_a_path_that_exists_is_taken_as_it_stands(tmp_path, name):
    path = str(tmp_path / name)
    for other in (path, str(tmp_path / "a1.txt")):
        with open(other, "w") as file:
            file.write("x")
    for given in (path, [path], path.split(","), f"file://{path}"):
        assert data.find_files(given) == [path]


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a.txt").write_text("x")
    assert data.find_files(f"{tmp_path}/*") == [f"{tmp_path}/a.txt"]
    with pytest.raises(ValueError, match="pattern='.*/a', which is a folder"):
        data.find_files(f"{tmp_path}/a")
    with pytest.raises(ValueError, match="readable.*directory.*/a'"):
        list(data.read_lines(f"{tmp_path}/a"))


def test_files_of_remote_storage_are_found_and_read(tmp_path):
    for name in ("b", "a"):
        with files.open_file(f"ram://{tmp_path}/{name}.txt", "w") as file:
            file.write(f"{name}\n")
    found = data.find_files(f"ram://{tmp_path}/*.txt")
    assert [list(data.read_lines(file)) for file in found] == [["a"], ["b"]]
    with pytest.raises(ValueError, match="readable.*missing"):
        list(data.read_lines("ram:///missing.txt"))


def test_a_glob_without_match_is_named(tmp_path):
    with pytest.raises(ValueError, match="pattern='.*/none"):
        data.find_files(str(tmp_path / "none*"))


@pytest.mark.parametrize("pack", [False, True])
def test_lines_come_without_their_ends(tmp_path, pack):
    content = "\ufeffone\r\n\n  ta\u2028b\u00e9\nlast".encode()
    path = tmp_path / ("a.txt.gz" if pack else "a.txt")
    path.write_bytes(gzip.compress(content) if pack else content)
    lines = list(data.read_lines(str(path)))
    assert lines == ["one", "", "  ta\u2028b\u00e9", "last"]


@pytest.mark.parametrize(
    "name,content,message",
    [
        ("empty.txt", b"", "not be empty.*empty.txt"),
        ("empty.gz", gzip.compress(b"", mtime=0), "not be empty.*empty.gz"),
        ("a.txt", b"good\nna\xefve\n", "UTF-8.*a.txt.*line=2, byte=3"),
        (
            "cut.gz",
            gzip.compress(b"line\n" * 999, mtime=0)[:-9],
            "whole.*cut.gz",
        ),
        ("no.gz", b"plain text\n", "whole.*no.gz"),
    ],
)
def test_unreadable_files_are_named(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=message):
        list(data.read_lines(str(tmp_path / name)))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ValueError, match="readable.*missing.txt"):
        list(data.read_lines(str(tmp_path / "missing.txt")))
