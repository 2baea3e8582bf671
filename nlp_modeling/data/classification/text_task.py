"""Describes a task over texts or pairs of texts."""

import dataclasses

from nlp_modeling.data.classification.class_name import class_name


@dataclasses.dataclass(frozen=True)
class TextTask:
    """Describes a task over texts or pairs of texts: files, labels, metrics.

    Every data set is an instance of this class.

    Args:
        text_columns: One column, or two for a pair of texts.
        label_column: The column of the label. `None` for texts without labels.
        labels: The classes in the order of their ids. Empty if the label is a
            number (regression).
        metrics: The metrics of the task. The first selects the best model.
        train_file: The name of the file with training examples, in the folder
            of the task. `.gz` may follow.
        eval_file: The name of the file with evaluation examples.
        test_file: The name of the file with test examples, whose labels are
            not published.
        header: The columns of the train and eval files. `None` if their first
            lines hold the columns. Empty if no file names its columns: they
            are then numbered; see `read_table`.
        skips_broken_rows: Whether rows with too few or too many fields are
            dropped.
    """

    text_columns: tuple[str, ...]
    label_column: str | None = "label"
    labels: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ("accuracy",)
    train_file: str | None = "train.tsv"
    eval_file: str | None = "dev.tsv"
    test_file: str | None = "test.tsv"
    header: tuple[str, ...] | None = None
    skips_broken_rows: bool = False

    def __post_init__(self):
        if len(self.text_columns) not in (1, 2):
            raise ValueError(
                "A task must have one text column or two. Received: "
                f"text_columns={self.text_columns}."
            )
        names = {class_name(label) for label in self.labels}
        if len(names) < len(self.labels) or None in names:
            raise ValueError(
                "Labels must differ, and not be empty. Received: "
                f"labels={self.labels}."
            )
