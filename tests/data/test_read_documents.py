"""read_documents finds the documents of text files, some at a time."""

import gzip

import pytest

from nlp_modeling.data.read_documents import read_documents


@pytest.fixture
def files(tmp_path):
    (tmp_path / "a.txt").write_text("\n one \ntwo\n\n\n \nthree\n")
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(b"four\nfive"))
    return [str(tmp_path / "a.txt"), str(tmp_path / "b.txt.gz")]


def test_blank_lines_and_ends_of_files_end_documents(files):
    documents = [["one", "two"], ["three"], ["four", "five"]]
    assert list(read_documents(files)) == [documents]


def test_chunks_keep_every_line_in_order(files):
    for size in range(1, 25):
        chunks = list(read_documents(files, chunk_bytes=size))
        lines = [line for chunk in chunks for doc in chunk for line in doc]
        assert lines == ["one", "two", "three", "four", "five"]
        assert all(doc for chunk in chunks for doc in chunk)


def test_a_long_document_is_cut(tmp_path):
    (tmp_path / "a").write_text("line\n" * 100)
    chunks = list(read_documents([str(tmp_path / "a")], chunk_bytes=40))
    assert [sum(map(len, chunk)) for chunk in chunks] == [10] * 10


def test_files_without_text_are_named(tmp_path):
    (tmp_path / "blank.txt").write_text("\n \n")
    with pytest.raises(ValueError, match="blank.txt"):
        list(read_documents([str(tmp_path / "blank.txt")]))
