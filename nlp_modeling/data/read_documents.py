"""Reads documents from text files, some at a time."""

from collections.abc import Iterable, Iterator

from nlp_modeling.data.text_files import read_lines


def read_documents(
    files: Iterable[str], chunk_bytes: int = 2 << 20
) -> Iterator[list[list[str]]]:
    """Yields documents in chunks of some size, whatever the files are.

    A file has one sentence or paragraph a line and a blank line between
    documents. The end of a file ends a document. One that is longer than
    `chunk_bytes` is cut between lines, so that memory stays bounded.

    Args:
        files: Paths, in the order in which to read.
        chunk_bytes: The size of a chunk, in characters of text.

    Yields:
        Chunks: lists of documents, which are non-empty lists of lines.

    Raises:
        ValueError: If a file cannot be read, or there is no document at all.
    """
    chunk, document, size, found = [], [], 0, False
    for line in _lines_and_breaks(files):
        if line:
            document.append(line)
            size += len(line)
        if document and (not line or size >= chunk_bytes):
            chunk.append(document)
            document = []
        if size >= chunk_bytes and chunk and not document:
            yield chunk
            chunk, size, found = [], 0, True
    if chunk:
        yield chunk
    elif not found:
        raise ValueError(
            f"Files must hold a line of text. Received: files={list(files)}."
        )


def _lines_and_breaks(files):
    """Yields stripped lines, and "" wherever a document ends."""
    for file in files:
        for line in read_lines(file):
            yield line.strip()
        yield ""
