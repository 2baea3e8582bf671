"""Finds records to pretrain on, or makes them."""

import functools
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
    max_predictions: int,
    next_sentence: bool,
    packed: bool,
) -> list[str]:
    """Finds TFRecord files, or makes them of text or of records to be packed.

    Records made of text hold no masks: reading draws them.

    Args:
        files: Paths or globs, all of text (.txt, .txt.gz) or all of records.
        name: Names what is made in the run's folder.
        folder: The run's, which keeps what is made.
        tokenizer: Splits text.
        sequence_length: Of an example, in tokens.
        max_predictions: Most masked tokens of a row, if records hold masks.
        next_sentence: Whether examples are pairs of segments.
        packed: Whether sequences must share rows.

    Raises:
        ValueError: If no file is given or found, or some are text and some not.
        tf.errors.InvalidArgumentError: At a damaged or invalid record.
    """
    files = data.find_files(files)
    are_text = {file.lower().endswith(_ENDINGS) for file in files}
    if are_text == {True, False}:
        raise ValueError(
            f"Files must be all of text, or none. Received: {files}."
        )
    size = None
    if are_text == {True}:
        size = data.text_bytes(files)
        examples = data.PretrainingExamples(
            tokenizer,
            sequence_length=sequence_length,
            next_sentence=next_sentence,
            dupe_factor=1,
            packed=packed,
        )
        write = functools.partial(_write_examples, files, examples)
    else:
        stored = data.stored_features(files)
        if not packed or data.features.SEQUENCE_STARTS.name in stored:
            return files
        write = functools.partial(
            data.pack_records,
            files,
            masked=data.features.MASKED_LM_IDS.name in stored,
            next_sentence=next_sentence,
            sequence_length=sequence_length,
            max_predictions=max_predictions,
            vocab_size=tokenizer.vocab_size,
            num_segments=2,
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
    with (
        data.whole_output(path, is_file=True) as partial,
        Progress(f"Records, {name}", total_bytes=size) as progress,
    ):
        write(partial, report=progress.add)
    return [path]


def _write_examples(files, examples, output, report):
    data.write_pretraining_data(
        files, [output], examples, num_workers=os.cpu_count(), report=report
    )
