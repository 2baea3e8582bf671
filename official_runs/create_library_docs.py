r"""Makes a corpus and two tasks of the documentation that is installed.

  python -m official_runs.create_library_docs --output_dir=/tmp/docs

writes, each for training and for measuring,

  corpus/{train,dev}.txt      text for `create_pretraining_data`
  labels/{train,dev}.jsonl    which library does a docstring document?
                              (--classification_task_name=LIBRARY-DOCS)
  questions/{train,dev}.json  what is this parameter? (SQuAD 1.1's format)

No module stands in both. Equal versions of the packages give equal files.
"""

import json
import os

import tensorflow as tf
from absl import flags

from nlp_modeling import data
from official_runs.progress import Progress
from official_runs.run_program import run_program

_OUTPUT_DIR = flags.DEFINE_string(
    "output_dir", None, "The folder to make.", required=True
)
_MAX_BYTES = flags.DEFINE_integer(
    "max_bytes", None, "The most text to read for a split; unless given, all."
)
_MAX_PER_LIBRARY = flags.DEFINE_integer(
    "max_per_library", 2000, "The most labeled texts of a library."
)
_MAX_QUESTIONS = flags.DEFINE_integer(
    "max_questions", None, "The most questions of a split; unless given, all."
)
_OVERWRITE = flags.DEFINE_bool("overwrite", False, "Replace what exists.")


def read_docs(split: str) -> list[data.LibraryDoc]:
    """Reads docstrings, which takes a while."""
    docs = []
    with Progress(split, unit="docstrings") as progress:
        for doc in data.library_docs(split, _MAX_BYTES.value):
            docs.append(doc)
            progress.add(1, len(doc.text))
    return docs


def write_lines(path: str, lines) -> None:
    """Writes a text file, and the folder that it is in."""
    tf.io.gfile.makedirs(os.path.dirname(path))
    with tf.io.gfile.GFile(path, "w") as file:
        for line in lines:
            file.write(f"{line}\n")


def main():
    with data.whole_output(_OUTPUT_DIR.value, _OVERWRITE.value) as folder:
        dev_rows = ()
        for split in ("dev", "train"):
            docs = read_docs(split)
            write_lines(
                f"{folder}/corpus/{split}.txt", data.library_docs_text(docs)
            )
            rows = data.library_docs_labels(
                docs, _MAX_PER_LIBRARY.value, unlike=dev_rows
            )
            dev_rows = dev_rows or rows
            write_lines(f"{folder}/labels/{split}.jsonl", map(json.dumps, rows))
            questions = data.library_docs_questions(docs, _MAX_QUESTIONS.value)
            write_lines(
                f"{folder}/questions/{split}.json", [json.dumps(questions)]
            )


if __name__ == "__main__":
    run_program(main)
