"""Makes the records of a task's file once, and keeps them."""

import hashlib
import os

import tensorflow as tf

from nlp_modeling import data, files, training
from official_runs.program.progress import Progress


def cached_records(
    folder: training.RunFolder,
    split: str,
    file: str,
    make: data.TextRecords | data.SquadRecords | data.TaggingRecords,
    labeled: bool = True,
) -> list[str]:
    """Makes the TFRecord file of a task's file, unless it exists.

    The record's name holds a hash of file, vocabulary and length, so that
    records of another task are never taken for it.

    Args:
        folder: The run's, which keeps records.
        split: Begins the name.
        file: The task's file.
        make: Makes the records.
        labeled: Whether the examples have labels.

    Returns:
        A list of the path.

    Raises:
        ValueError: If the file cannot be read, or this worker may not write
            the records that are missing.
    """
    # Keras numbers the names of a process's layers.
    settings = vars(make) | {
        "tokenizer": {**make.tokenizer.get_config(), "name": None}
    }
    stat = tf.io.gfile.stat(file)
    content = [file, stat.length, stat.mtime_nsec, labeled, settings]
    name = hashlib.sha256(repr(content).encode()).hexdigest()[:12]
    path = os.path.join(folder.path, "records", f"{split}-{name}.tfrecord")
    if files.file_exists(path):
        return [path]
    if not folder.writes:
        raise ValueError(
            "Several workers need records that create_finetuning_data made "
            f"before. Received: {file}."
        )
    with (
        data.whole_output(path, is_file=True) as partial,
        Progress(f"Records, {split}") as progress,
        tf.io.TFRecordWriter(partial) as writer,
    ):
        for record in make.encode(make.read(file, labeled), labeled):
            writer.write(record)
            progress.add(1, len(record))
    return [path]
