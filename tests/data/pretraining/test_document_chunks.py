"""document_chunks finds the documents of text files, some at a time."""

import gzip

import pytest

from nlp_modeling.data.pretraining.document_chunks import (
    document_chunks,
    group_files,
)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "a.txt").write_text("\n one \ntwo\n\n\n \nthree\n")
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(b"four\nfive"))
    return [str(tmp_path / "a.txt"), str(tmp_path / "b.txt.gz")]


def test_blank_lines_and_ends_of_files_end_documents(files):
    documents = [["one", "two"], ["three"], ["four", "five"]]
    assert list(document_chunks(files)) == [documents]


def test_chunks_keep_every_line_in_order(files):
    for size in range(1, 25):
        chunks = list(document_chunks(files, chunk_bytes=size))
        lines = [line for chunk in chunks for doc in chunk for line in doc]
        assert lines == ["one", "two", "three", "four", "five"]
        assert all(doc for chunk in chunks for doc in chunk)


def test_a_long_document_is_cut(tmp_path):
    (tmp_path / "a").write_text("line\n" * 100)
    chunks = list(document_chunks([str(tmp_path / "a")], chunk_bytes=40))
    assert [sum(map(len, chunk)) for chunk in chunks] == [10] * 10


def test_a_small_rest_joins_the_last_chunk(tmp_path):
    (tmp_path / "a").write_text("line\n\n" * 13)
    chunks = list(document_chunks([str(tmp_path / "a")], chunk_bytes=20))
    assert [len(chunk) for chunk in chunks] == [5, 5, 3]
    chunks = list(document_chunks([str(tmp_path / "a")], chunk_bytes=24))
    assert [len(chunk) for chunk in chunks] == [6, 7]


def test_small_files_are_grouped_and_large_ones_are_not(tmp_path):
    sizes = [3, 3, 3, 10, 1, 12, 2]
    files = [str(tmp_path / str(i)) for i in range(len(sizes))]
    for file, size in zip(files, sizes, strict=True):
        with open(file, "w") as stream:
            stream.write("x" * size)
    f = files
    groups = [f[:3], f[3:4], f[4:6], f[6:]]
    assert group_files(files, chunk_bytes=9) == groups
