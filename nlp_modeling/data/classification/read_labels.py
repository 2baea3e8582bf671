"""Finds the classes of a task in its table."""

from nlp_modeling.data.files.read_table import read_table


def read_labels(file: str, label_column: str) -> tuple[str, ...]:
    """Lists the different labels of a table, sorted. Sorts numbers by value.

    Args:
        file: The path of a table; see `read_table`.
        label_column: The column that holds the labels.

    Raises:
        ValueError: If the file cannot be read, lacks the column, or holds only
            one label.
    """
    labels = {str(label) for _, (label,) in read_table(file, [label_column])}
    if len(labels) < 2:
        raise ValueError(
            "A task must have two classes or more. Received: "
            f"labels={sorted(labels)} in column={label_column!r}, {file=}."
        )
    if all(label.isdecimal() for label in labels):
        return tuple(sorted(labels, key=int))
    return tuple(sorted(labels))
