"""Reads documents from text files, in chunks for separate workers."""

from collections.abc import Iterable, Iterator, Sequence

import tensorflow as tf

from nlp_modeling.data.files.text_files import read_lines


def group_files(
    files: Iterable[str], chunk_bytes: int = 1 << 20
) -> list[list[str]]:
    """Groups small files, so that each group fills a chunk.

    Args:
        files: Paths.
        chunk_bytes: The least size of a group, in bytes on disk.

    Returns:
        Lists of paths, in order. Groups depend only on the files, not on the
        workers.
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
    """Reads documents from text files, in chunks of about equal size.

    A file has a sentence or a paragraph in each line, and a blank line between
    documents. The end of a file ends a document. A document longer than
    `chunk_bytes` is cut between lines, so that memory stays bounded.

    Args:
        files: Paths, in reading order.
        chunk_bytes: The size of a chunk, in characters of text.

    Yields:
        Chunks: lists of documents, which are non-empty lists of lines. The
        last chunk has half to one and a half times the size.

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
        # Random next sentences come from the chunk, so it must not be small.
        whole, chunk = whole + chunk, []
    yield from filter(None, (whole, chunk))


def _lines_and_breaks(files):
    """Yields stripped lines, and "" at the end of each document."""
    for file in files:
        for line in read_lines(file):
            yield line.strip()
        yield ""
