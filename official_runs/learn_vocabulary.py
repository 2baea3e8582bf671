r"""Learns a vocabulary of word pieces from text files.

  python -m official_runs.learn_vocabulary \
    --input_files='wikipedia/train-*.txt.gz' \
    --output_file=vocab.txt

56 MB of text take about a minute on one core. Equal files give an
equal vocabulary.
"""

from absl import flags

from official_runs.program import flag_types
from official_runs.program.progress import Progress
from official_runs.program.run_program import run_program

_INPUT_FILES = flag_types.input_files(
    "input_files", None, "Text files or globs; .gz too.", required=True
)
_VOCAB_SIZE = flag_types.whole_number(
    "vocab_size",
    30522,
    "How many entries to learn, reserved ones counted.",
    high=10**7,
)
_DO_LOWER_CASE = flags.DEFINE_bool(
    "do_lower_case", True, "Whether words lose accents and case."
)
_RESERVED_TOKENS = flags.DEFINE_list(
    "reserved_tokens",
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
    "The first entries.",
)
_OUTPUT_FILE = flag_types.path(
    "output_file", None, "The vocab.txt to write.", required=True
)
_OVERWRITE = flags.DEFINE_bool("overwrite", False, "Replace what exists.")


def read_lines(paths):
    """Yields the lines of all files and says how far it is."""
    from nlp_modeling import data

    is_blank = True
    with Progress("Reading", unit="lines") as progress:
        for file in paths:
            for line in data.read_lines(file):
                yield line
                is_blank = is_blank and not line.strip()
                progress.add(1, len(line.encode()))
    if is_blank:
        raise ValueError(f"Files must hold a word. Received: {paths}.")


def main():
    from nlp_modeling import data, files, text

    output = _OUTPUT_FILE.value
    inputs = data.find_files(_INPUT_FILES.value)
    with data.whole_output(output, _OVERWRITE.value, is_file=True) as path:
        vocabulary = text.learn_vocabulary(
            read_lines(inputs),
            _VOCAB_SIZE.value,
            _RESERVED_TOKENS.value,
            _DO_LOWER_CASE.value,
        )
        with files.open_file(path, "w") as file:
            file.write("".join(f"{piece}\n" for piece in vocabulary))
    print(f"{len(vocabulary):,} entries: {output}")


if __name__ == "__main__":
    run_program(main)
