"""Finds the classes of a task in its table."""

import collections
import logging
from collections.abc import Sequence

from nlp_modeling.data.classification.class_name import class_name
from nlp_modeling.data.files.read_table import read_table

_LOGGER = logging.getLogger(__name__)
_SHOWN = 20  # classes in the log


def read_labels(
    file: str, label_column: str, header: Sequence[str] | None = None
) -> tuple[str, ...]:
    """Lists the different labels of a table, sorted. Sorts numbers by value.

    The log gets the classes and the numbers of their rows.

    Args:
        file: The path of a table; see `read_table`.
        label_column: The column that holds the labels.
        header: The names of all columns; see `read_table`.

    Raises:
        ValueError: If the file cannot be read, lacks the column, has a row
            without a label, or holds only one label.
    """
    counts = collections.Counter()
    for line, (field,) in read_table(file, [label_column], header):
        label = class_name(field)
        if label is None or isinstance(field, list | dict):
            raise ValueError(
                "A row must have a label, a string or a number. Received: "
                f"label={field!r}, {file=}, {line=}."
            )
        counts[label] += 1
    if len(counts) < 2:
        raise ValueError(
            "A task must have two classes or more. Received: "
            f"labels={sorted(counts)} in column={label_column!r}, {file=}."
        )
    shown = [f"{label} ({n:,})" for label, n in counts.most_common(_SHOWN)]
    if len(counts) > _SHOWN:
        shown.append("...")
    _LOGGER.info(
        "%s: %d classes (rows): %s", file, len(counts), ", ".join(shown)
    )
    if all(_is_number(label) for label in counts):
        return tuple(sorted(counts, key=float))
    return tuple(sorted(counts))


def _is_number(label):
    try:
        float(label)
    except ValueError:
        return False
    return True
