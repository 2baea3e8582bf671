"""Reads the labelled texts of a task."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from nlp_modeling.data.classification.class_name import class_name
from nlp_modeling.data.classification.text_task import TextTask
from nlp_modeling.data.files.read_table import read_table


class TextExample(NamedTuple):
    """Holds a text or a pair of texts, and its label.

    The label is the id of a class (int), a score (float) or `None`.
    """

    texts: tuple[str, ...]
    label: int | float | None


def read_text_examples(
    file: str, task: TextTask, labeled: bool = True
) -> Iterator[TextExample]:
    """Reads the labelled texts of a task.

    Args:
        file: The path of a table; see `read_table`.
        task: The columns and labels of the table.
        labeled: Whether labels are read. Otherwise labels are `None`.

    Raises:
        ValueError: If the file cannot be read or lacks a column. If a label is
            not one of `task.labels`, or not a finite number and the task has no
            classes. Names the file and the line.
    """
    columns = list(task.text_columns)
    if labeled:
        columns.append(task.label_column)
    rows = read_table(
        file,
        columns,
        # The test files of GLUE name their columns.
        header=task.header if labeled or task.header == () else None,
        skip_broken_rows=task.skips_broken_rows,
    )
    ids = {class_name(label): i for i, label in enumerate(task.labels)}
    num_texts = len(task.text_columns)
    for line, fields in rows:
        texts = tuple(fields[:num_texts])
        if not all(isinstance(text, str) for text in texts):
            raise ValueError(
                f"A text must be a string. Received: {texts=}, {file=}, "
                f"{line=}."
            )
        label = None
        if labeled:
            label = _class_or_score(fields[-1], ids)
            if label is None:
                raise ValueError(
                    f"A label must be {_expected(ids)}. Received: "
                    f"label={fields[-1]!r}, {file=}, {line=}."
                )
        yield TextExample(texts, label)


def _class_or_score(field, ids):
    if ids:
        return ids.get(class_name(field))
    try:
        score = float(field)
    except (TypeError, ValueError):
        return None
    return score if math.isfinite(score) else None


def _expected(ids):
    return f"one of {list(ids)}" if ids else "a finite number"
