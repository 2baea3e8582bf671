"""Writes the built-in corpus and tasks as files."""

import json
import os

from nlp_modeling import data, files, training
from official_runs.finetuning.files import TaskFiles
from official_runs.program.configurable import configurable
from official_runs.program.progress import Progress


def library_docs_files(
    folder: training.RunFolder, kind: str, ending: str
) -> TaskFiles:
    """Finds the files of a built-in task, or makes them.

    Args:
        folder: The run's.
        kind: `labels` or `questions`.
        ending: The ending of the files' names.
    """
    path = os.path.join(library_docs_folder(folder), kind)
    return TaskFiles(
        train_file=os.path.join(path, f"train.{ending}"),
        eval_file=os.path.join(path, f"dev.{ending}"),
    )


def library_docs_folder(folder: training.RunFolder) -> str:
    """Finds the corpus and tasks in a run's folder, or makes them."""
    path = os.path.join(folder.path, "library_docs")
    if not files.file_exists(path):
        if not folder.writes:
            raise ValueError(
                "Several workers need the built-in task that "
                f"create_library_docs made before. Received: {path}."
            )
        with data.whole_output(path) as partial:
            write_library_docs(partial)
    return path


@configurable
def write_library_docs(
    folder: str,
    max_bytes: int | None = None,
    max_per_library: int = 2000,
    max_questions: int | None = None,
) -> None:
    """Writes the built-in corpus and its two tasks.

    Args:
        folder: Gets `corpus/`, `labels/` and `questions/`, each with a file for
            training and one for measuring.
        max_bytes: The most text to read for a split; None for all.
        max_per_library: The most labeled texts of a library.
        max_questions: The most questions of a split; None for all.
    """
    dev_rows = ()
    for split in ("dev", "train"):
        docs = _read(split, max_bytes)
        _write_lines(
            f"{folder}/corpus/{split}.txt", data.library_docs_text(docs)
        )
        rows = data.library_docs_labels(docs, max_per_library, unlike=dev_rows)
        dev_rows = dev_rows or rows
        _write_lines(f"{folder}/labels/{split}.jsonl", map(json.dumps, rows))
        questions = data.library_docs_questions(docs, max_questions)
        _write_lines(
            f"{folder}/questions/{split}.json", [json.dumps(questions)]
        )


def _read(split, max_bytes):
    docs = []
    with Progress(split, unit="docstrings") as progress:
        for doc in data.library_docs(split, max_bytes):
            docs.append(doc)
            progress.add(1, len(doc.text))
    return docs


def _write_lines(path, lines):
    files.make_folder(os.path.dirname(path))
    with files.open_file(path, "w") as file:
        for line in lines:
            file.write(f"{line}\n")
