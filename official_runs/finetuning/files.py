"""Where the examples of a task are, and their records."""

import dataclasses
import hashlib
import json
import os

import gin
import tensorflow as tf

from nlp_modeling import data, training
from official_runs.progress import Progress


@gin.configurable
@dataclasses.dataclass(frozen=True)
class TaskFiles:
    """Where the examples of a task are.

    Args:
        input_data_dir: Folder with the files that the task's row names.
        train_file: Instead: this file.
        eval_file: The same, to measure with.
        test_file: The same, to predict for.
        train_data_path: TFRecords in place of files; globs.
        eval_data_path: The same, to measure with.
        test_data_path: The same, to predict for.
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

    def file(self, split: str, name: str | None = None) -> str | None:
        """The file of a split; None if there is none.

        Args:
            split: `train`, `eval` or `test`.
            name: What it is called in `input_data_dir`, also with `.gz`.
        """
        if file := getattr(self, f"{split}_file"):
            return file
        if self.input_data_dir and name:
            path = os.path.join(self.input_data_dir, name)
            for candidate in (path, f"{path}.gz"):
                if tf.io.gfile.exists(candidate):
                    return candidate
        return None

    def records(self, split: str) -> list[str] | None:
        """The TFRecord files that were given for a split."""
        path = getattr(self, f"{split}_data_path")
        return data.find_files(path) if path else None

    def meta_data(self) -> dict:
        """What was written with the TFRecords; empty if nothing is given."""
        if not self.input_meta_data_path:
            return {}
        with tf.io.gfile.GFile(self.input_meta_data_path) as file:
            try:
                return json.loads(file.read())
            except json.JSONDecodeError as error:
                raise ValueError(
                    f"Meta data must be JSON ({error}). Received: "
                    f"input_meta_data_path={self.input_meta_data_path}."
                ) from None


def cached_records(
    folder: training.RunFolder,
    split: str,
    file: str,
    make: data.TextRecords | data.SquadRecords | data.TaggingRecords,
    labeled: bool = True,
) -> list[str]:
    """The TFRecord file of a task's file, made unless it is there.

    Its name holds a hash of what it was made of, so that records of another
    file, vocabulary or length are never taken for it.

    Args:
        folder: The run's, which keeps records.
        split: Begins the name.
        file: The task's file.
        make: Makes the records.
        labeled: Whether they have labels.

    Returns:
        A list of its path.

    Raises:
        ValueError: If the file cannot be read, or the records are not there
            and this worker is not to make them.
    """
    settings = vars(make) | {"tokenizer": make.tokenizer.get_config()}
    stat = tf.io.gfile.stat(file)
    content = [file, stat.length, stat.mtime_nsec, labeled, settings]
    name = hashlib.sha256(repr(content).encode()).hexdigest()[:12]
    path = os.path.join(folder.path, "records", f"{split}-{name}.tfrecord")
    if tf.io.gfile.exists(path):
        return [path]
    if not folder.writes:
        raise ValueError(
            "Of several workers none may make records: "
            f"create_finetuning_data makes them before. Received: {file}."
        )
    with (
        data.whole_output(path) as partial,
        Progress(f"Records, {split}") as progress,
        tf.io.TFRecordWriter(partial) as writer,
    ):
        for record in make.encode(make.read(file, labeled), labeled):
            writer.write(record)
            progress.add(1, len(record))
    return [path]
