"""Reads documents from text files, in chunks that are works of their own."""

from collections.abc import Iterable, Iterator, Sequence

import tensorflow as tf

from nlp_modeling.data.files.text_files import read_lines


def group_files(
    files: Iterable[str], chunk_bytes: int = 1 << 20
) -> list[list[str]]:
    """Puts small files together, so that a group fills a chunk.

    Args:
        files: Paths.
        chunk_bytes: The least size of a group, in bytes on disk.

    Returns:
        Lists of paths, in order. Of the files alone, a group does not depend
        on what runs where.
    """
    groups, group, size = [], [], 0
    for file in files:
        group.append(file)
        size += tf.io.gfile.stat(file).length
        if size >= chunk_bytes:
            groups.append(group)
            group, size = [], 0
    return groups + [group] if group else groups


def document_chunks(
    files: Sequence[str], chunk_bytes: int = 1 << 20
) -> Iterator[list[list[str]]]:
    """Yields the documents of some files, in chunks of some size.

    A file has one sentence or paragraph a line and a blank line between
    documents. The end of a file ends a document. One that is longer than
    `chunk_bytes` is cut between lines, so that memory stays bounded.

    Args:
        files: Paths, in the order in which to read.
        chunk_bytes: The size of a chunk, in characters of text.

    Yields:
        Chunks: lists of documents, which are non-empty lists of lines. The
        last chunk is some half larger or smaller.

    Raises:
        ValueError: If a file cannot be read.
    """
    whole, chunk, document, size = [], [], [], 0
    for line in _lines_and_breaks(files):
        if line:
            document.append(line)
            size += len(line)
        if document and (not line or size >= chunk_bytes):
            chunk.append(document)
            document = []
        if size >= chunk_bytes:
            if whole:
                yield whole
            whole, chunk, size = chunk, [], 0
    if whole and size < chunk_bytes // 2:
        # A chunk of few documents would have few to draw next sentences from.
        whole, chunk = whole + chunk, []
    yield from filter(None, (whole, chunk))


def _lines_and_breaks(files):
    """Yields stripped lines, and "" wherever a document ends."""
    for file in files:
        for line in read_lines(file):
            yield line.strip()
        yield ""
