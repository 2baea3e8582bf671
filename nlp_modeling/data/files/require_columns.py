"""Requires that a table has the columns that are read."""

import csv
from collections.abc import Sequence

from nlp_modeling import json_files


def require_columns(
    file: str,
    columns: Sequence[str],
    header: Sequence[str],
    fields: Sequence[str],
    is_csv: bool,
) -> None:
    """Requires that a table has the columns that are read.

    Args:
        file: The path of the table, for errors.
        columns: The names of the columns that are read.
        header: The names of all columns.
        fields: The fields of the first line.
        is_csv: Whether the file was read as CSV, not as TSV.

    Raises:
        ValueError: If a column is missing or repeated, or the first line is
            plainly of another format.
    """
    missing = [column for column in columns if column not in header]
    if kind := _other_format(fields, missing, is_csv):
        raise ValueError(
            f"A file of {kind} must have the ending of its format. Received: "
            f"{file=}, line=1: {fields[0][:60]!r}."
        )
    if missing:
        names = [name[:40] for name in header[:20]]
        raise ValueError(
            "The first line must name the columns that are read, or "
            "--noheader must say that it names none. Received: "
            f"{file=}, line=1, {missing=}, columns={names}."
        )
    repeated = [column for column in columns if header.count(column) > 1]
    if repeated:
        raise ValueError(
            "A column that is read must have a name of its own. Received: "
            f"{file=}, line=1, {repeated=}."
        )


def _other_format(fields, missing, is_csv):
    """Names the format of a line that is plainly not of its file's format."""
    line = ("," if is_csv else "\t").join(fields)
    if line.startswith("{"):
        try:
            json_files.parse_json(line, dict, "line 1")
        except ValueError:
            return None
        return "JSON lines (.jsonl)"
    if not missing:
        return None
    if is_csv:
        return "tab-separated fields (.tsv)" if "\t" in line else None
    return "CSV (.csv)" if {*missing} <= {*next(csv.reader([line]))} else None
