"""Finds the files of a task's examples."""

import dataclasses
import os
from typing import TypedDict

from nlp_modeling import data, json_files
from nlp_modeling import files as nlp_files
from official_runs.program.configurable import configurable


class MetaData(TypedDict, total=False):
    """Describes TFRecords: what is read of the JSON that goes with them."""

    task_type: str
    processor_type: str
    num_labels: int
    label_list: list[str | int | float]
    metrics: list[str]


@configurable
@dataclasses.dataclass(frozen=True)
class TaskFiles:
    """Finds the files of a task's examples.

    Args:
        input_data_dir: Folder with the files that the task's row names.
        train_file: The file to train on, if not in `input_data_dir`.
        eval_file: The file to evaluate on.
        test_file: The file to predict for.
        train_data_path: TFRecords to train on, in place of a file; globs.
        eval_data_path: TFRecords to evaluate on.
        test_data_path: TFRecords to predict for.
        input_meta_data_path: The JSON that was written with TFRecords.
    """

    input_data_dir: str | None = None
    train_file: str | None = None
    eval_file: str | None = None
    test_file: str | None = None
    train_data_path: str | None = None
    eval_data_path: str | None = None
    test_data_path: str | None = None
    input_meta_data_path: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no file was given."""
        return not any(dataclasses.astuple(self))

    def file(self, split: str, name: str | None = None) -> str | None:
        """Finds the file of a split; None if there is none.

        Args:
            split: `train`, `eval` or `test`.
            name: The file's name in `input_data_dir`; `.gz` may follow it.
        """
        if file := getattr(self, f"{split}_file"):
            return file
        if self.input_data_dir and name:
            path = os.path.join(self.input_data_dir, name)
            for candidate in (path, f"{path}.gz"):
                if nlp_files.file_exists(candidate):
                    return candidate
        return None

    def require(self, split: str, name: str | None = None) -> str:
        """Finds the file of a split.

        Raises:
            ValueError: If there is none.
        """
        file = self.file(split, name)
        if not file:
            raise ValueError(
                f"The {split} examples need --{split}_file, or "
                "--input_data_dir and a task that has this file. Received: "
                f"input_data_dir={self.input_data_dir}, the task's file={name}."
            )
        return file

    def records(self, split: str) -> list[str] | None:
        """Finds the TFRecord files that were given for a split."""
        path = getattr(self, f"{split}_data_path")
        return data.find_files(path) if path else None

    def meta_data(self) -> MetaData:
        """Reads the description of the TFRecords; empty if none is given."""
        if not self.input_meta_data_path:
            return {}
        return json_files.read_json(self.input_meta_data_path, MetaData)
