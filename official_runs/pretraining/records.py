"""Finds records to pretrain on, or makes them of text."""

import os
from collections.abc import Sequence

from nlp_modeling import data, text, training
from nlp_modeling import files as nlp_files
from official_runs.program.progress import Progress

_ENDINGS = (".txt", ".txt.gz")  # of text


def records_of(
    files: Sequence[str],
    name: str,
    *,
    folder: training.RunFolder,
    tokenizer: text.BertTokenizer,
    sequence_length: int,
    next_sentence: bool,
    packed: bool,
) -> list[str]:
    """Finds TFRecord files, or makes them of text files.

    Records made here hold no masks: reading draws them.

    Args:
        files: Paths or globs, all of text (.txt, .txt.gz) or all of records.
        name: Names the records in the run's folder.
        folder: The run's, which keeps the records.
        tokenizer: Splits text.
        sequence_length: Of an example, in tokens.
        next_sentence: Whether examples are pairs of segments.
        packed: Whether sequences share rows.

    Raises:
        ValueError: If no file is given or found, or some are text and some not.
    """
    files = data.find_files(files)
    are_text = {file.lower().endswith(_ENDINGS) for file in files}
    if are_text == {False}:
        return files
    if are_text == {True, False}:
        raise ValueError(
            f"Files must be all of text, or none. Received: {files}."
        )
    path = os.path.join(folder.path, "records", f"{name}.tfrecord")
    if nlp_files.file_exists(path):
        return [path]
    if not folder.writes:
        raise ValueError(
            "Several workers need records that create_pretraining_data made "
            "before. "
            f"Received: {files}."
        )
    make = data.PretrainingExamples(
        tokenizer,
        sequence_length=sequence_length,
        next_sentence=next_sentence,
        dupe_factor=1,
        packed=packed,
    )
    size = data.text_bytes(files)
    with (
        data.whole_output(path, is_file=True) as partial,
        Progress(f"Records, {name}", total_bytes=size) as progress,
    ):
        data.write_pretraining_data(
            files,
            [partial],
            make,
            num_workers=os.cpu_count(),
            report=progress.add,
        )
    return [path]
