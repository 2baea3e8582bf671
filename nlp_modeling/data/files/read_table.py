"""Reads columns of TSV, CSV and JSON-lines files by their names."""

import csv
import json
import logging
from collections.abc import Iterator, Sequence

from nlp_modeling.data.files.text_files import read_lines

_LOGGER = logging.getLogger(__name__)


def read_table(
    file: str,
    columns: Sequence[str],
    header: Sequence[str] | None = None,
    skip_broken_rows: bool = False,
) -> Iterator[tuple[int, list]]:
    """Reads the fields of `columns` from each row of a table.

    The name of the file decides its format. `.jsonl` has a JSON object in each
    line. `.csv` may quote its fields. Any other file is TSV: tabs separate its
    fields, and quotes are ordinary characters. `.gz` may follow.

    Args:
        file: A path.
        columns: The names of the columns to read.
        header: The names of all columns. None if the first line of the file
            holds them. Ignored for JSON lines.
        skip_broken_rows: Whether rows with too few or too many fields are
            dropped. Their number is logged.

    Yields:
        The line number of a row, counted from 1, and its fields: strings, or
        JSON values.

    Raises:
        ValueError: If the file cannot be read, a column is missing, or a row
            is broken. Names the file and the line.
    """
    if _kind(file) == "jsonl":
        rows = _select_keys(file, columns)
    else:
        rows = _select_fields(file, columns, header, skip_broken_rows)
    row = None
    for row in rows:
        yield row
    if row is None:
        raise ValueError(f"A table must have a row. Received: {file=}.")


def _kind(file):
    return file.removesuffix(".gz").rpartition(".")[2]


def _select_fields(file, columns, header, skip_broken_rows):
    rows = _read_csv(file) if _kind(file) == "csv" else _read_tsv(file)
    if header is None:
        _, header = next(rows)
    missing = [column for column in columns if column not in header]
    if missing:
        raise ValueError(
            f"A table must have the columns that are read. Received: {file=}, "
            f"line=1, {missing=}, columns={list(header)}."
        )
    indices = [header.index(column) for column in columns]
    num_dropped = 0
    for line, fields in rows:
        if len(fields) == len(header):
            yield line, [fields[i] for i in indices]
        elif skip_broken_rows:
            num_dropped += 1
        else:
            raise ValueError(
                f"A row must have a field for each column of {list(header)}. "
                f"Received: {file=}, {line=}, {len(fields)} fields."
            )
    if num_dropped:
        _LOGGER.warning("%s: dropped %d broken rows", file, num_dropped)


def _read_tsv(file):
    for line, text in enumerate(read_lines(file), start=1):
        yield line, text.split("\t")


def _read_csv(file):
    # If not strict, csv takes an unclosed quote for the last field.
    rows = csv.reader((f"{line}\n" for line in read_lines(file)), strict=True)
    line = 1
    try:
        for fields in rows:
            if fields:
                yield line, fields
            line = rows.line_num + 1
    except csv.Error as error:
        raise ValueError(
            f"A row must be CSV ({error}). Received: {file=}, {line=}."
        ) from None


def _select_keys(file, columns):
    for line, text in enumerate(read_lines(file), start=1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except json.JSONDecodeError as error:
            raise ValueError(
                f"A row must be JSON ({error.msg}). Received: {file=}, "
                f"{line=}, character={error.colno}."
            ) from None
        if not isinstance(row, dict):
            raise ValueError(
                f"A row must be a JSON object. Received: {file=}, {line=}."
            )
        missing = [column for column in columns if column not in row]
        if missing:
            raise ValueError(
                f"A row must have the columns that are read. Received: "
                f"{file=}, {line=}, {missing=}, columns={list(row)}."
            )
        yield line, [row[column] for column in columns]
