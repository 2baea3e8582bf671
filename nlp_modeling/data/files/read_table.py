"""Reads columns of TSV, CSV and JSON-lines files by their names."""

import csv
import itertools
import logging
from collections.abc import Iterator, Sequence

from nlp_modeling import json_files
from nlp_modeling.data.files.require_columns import require_columns
from nlp_modeling.data.files.text_files import read_lines
from nlp_modeling.data.files.without_final_blanks import without_final_blanks

_LOGGER = logging.getLogger(__name__)
_JSON_LINES = ("jsonl", "json", "ndjson")
# The csv module's own limit is 131,072 characters. This one fits a C long.
_LONGEST_FIELD = 2**31 - 1


def read_table(
    file: str,
    columns: Sequence[str],
    header: Sequence[str] | None = None,
    skip_broken_rows: bool = False,
) -> Iterator[tuple[int, list]]:
    """Reads the fields of `columns` from each row of a table.

    The name of the file decides its format, in upper or lower case. `.jsonl`,
    `.ndjson` and `.json` have a JSON object in each line. `.csv` may quote its
    fields. Any other file is TSV: tabs separate its fields, and quotes are
    ordinary characters. `.gz` may follow. Blank lines at the end are no rows.

    Args:
        file: A path.
        columns: The names of the columns to read.
        header: The names of all columns. None if the first line of the file
            holds them. Empty if no line does: the names are then the numbers of
            the columns, counted from 0. Ignored for JSON lines.
        skip_broken_rows: Whether rows with too few or too many fields are
            dropped. Their number is logged.

    Yields:
        The line number of a row, counted from 1, and its fields: strings, or
        JSON values.

    Raises:
        ValueError: If the file cannot be read, is of another format, a column
            is missing, or a row is broken. Names the file and the line.
    """
    if _kind(file) in _JSON_LINES:
        rows = _select_keys(file, columns)
    else:
        rows = _select_fields(file, columns, header, skip_broken_rows)
    row = None
    for row in rows:
        yield row
    if row is None:
        raise ValueError(f"A table must have a row. Received: {file=}.")


def _kind(file):
    return file.lower().removesuffix(".gz").rpartition(".")[2]


def _select_fields(file, columns, header, skip_broken_rows):
    read = _read_csv if _kind(file) == "csv" else _read_tsv
    rows = read(file)
    if not header:
        first = next((row for row in rows if row[1]), None)
        if first is None:
            return
        if header is None:
            header = first[1]
        else:
            header = [str(number) for number in range(len(first[1]))]
            rows = itertools.chain([first], rows)
        require_columns(file, columns, header, first[1], _kind(file) == "csv")
    indices = [header.index(column) for column in columns]
    num_dropped = 0
    for line, fields in rows:
        if not fields and len(header) > 1:
            continue  # CSV may have blank lines between rows.
        fields = fields or [""]
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
    lines = without_final_blanks(read_lines(file))
    for line, text in enumerate(lines, start=1):
        yield line, text.split("\t")


def _read_csv(file):
    csv.field_size_limit(_LONGEST_FIELD)
    lines = without_final_blanks(read_lines(file))
    # If not strict, csv takes an unclosed quote for the last field.
    rows = csv.reader((f"{line}\n" for line in lines), strict=True)
    line = 1
    try:
        for fields in rows:
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
        row = json_files.parse_json(text, dict, f"{file=}, {line=}")
        missing = [column for column in columns if column not in row]
        if missing:
            raise ValueError(
                f"A row must have the columns that are read. Received: "
                f"{file=}, {line=}, {missing=}, columns={list(row)}."
            )
        yield line, [row[column] for column in columns]
