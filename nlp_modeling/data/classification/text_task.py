"""A task over single texts or pairs of texts: its files, columns and labels."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class TextTask:
    """Where a task's texts and labels stand, and what measures it.

    A data set is one of these, not a class of its own.

    Args:
        text_columns: One column, or two for a pair of texts.
        label_column: The column of the label. `None` for texts without one.
        labels: The classes in the order of their ids. Empty where the label is
            a number (regression).
        metrics: What the task is scored by, the first deciding.
        train_file: File name inside the task's folder. `.gz` may follow it.
        eval_file: The same for the examples that measure a training.
        test_file: The same for the examples whose labels are kept back.
        header: The columns of train and eval files that do not name their own
            in the first line.
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
        if len(set(self.labels)) < len(self.labels):
            raise ValueError(
                f"Labels must differ. Received: labels={self.labels}."
            )
