r"""Makes a corpus and two tasks of the installed documentation.

  python -m official_runs.create_library_docs --output_dir=/tmp/docs

writes, each for training and for measuring,

  corpus/{train,dev}.txt      text for `create_pretraining_data`
  labels/{train,dev}.jsonl    which library does a docstring document?
                              (--classification_task_name=LIBRARY-DOCS)
  questions/{train,dev}.json  what is this parameter? (SQuAD 1.1's format)

No module is in both. Equal versions of the packages give equal files.
"""

from absl import flags

from official_runs.program import flag_types
from official_runs.program.run_program import run_program

_OUTPUT_DIR = flag_types.path(
    "output_dir", None, "The folder to make.", required=True
)
_MAX_BYTES = flag_types.whole_number(
    "max_bytes", None, "The most text to read for a split; unless given, all."
)
_MAX_PER_LIBRARY = flag_types.whole_number(
    "max_per_library", 2000, "The most labeled texts of a library."
)
_MAX_QUESTIONS = flag_types.whole_number(
    "max_questions", None, "The most questions of a split; unless given, all."
)
_OVERWRITE = flags.DEFINE_bool("overwrite", False, "Replace what exists.")


def main():
    from nlp_modeling import data
    from official_runs.finetuning.library_docs import write_library_docs

    with data.whole_output(_OUTPUT_DIR.value, _OVERWRITE.value) as folder:
        write_library_docs(
            folder,
            max_bytes=_MAX_BYTES.value,
            max_per_library=_MAX_PER_LIBRARY.value,
            max_questions=_MAX_QUESTIONS.value,
        )


if __name__ == "__main__":
    run_program(main)
