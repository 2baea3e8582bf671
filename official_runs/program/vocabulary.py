"""Reads the vocabulary that a flag names."""

import os

from nlp_modeling import text
from official_runs.program.configurable import configurable


@configurable
def read_vocabulary(
    vocab_file: str | None, lower_case: bool | None = None
) -> text.BertTokenizer:
    """Reads a vocabulary as its folder says.

    Args:
        vocab_file: One word piece a line.
        lower_case: Whether it is uncased. None takes what the file's folder
            says, if it is that of an encoder, or else True.

    Raises:
        ValueError: If no file is named, or it or its folder is of another
            tokenizer.
    """
    if vocab_file is None:
        raise ValueError("--vocab_file must be given. Received: none.")
    given = {} if lower_case is None else {"lower_case": lower_case}
    return text.BertTokenizer.from_preset(
        os.path.dirname(vocab_file), vocabulary=vocab_file, **given
    )
