"""Finds the tags of a task in its file."""

from nlp_modeling.data.tagging.read_conll import read_conll


def read_tags(file: str) -> tuple[str, ...]:
    """Lists the different tags of a file in CoNLL's columns: O, then sorted.

    Args:
        file: A path; see `read_conll`.

    Raises:
        ValueError: If the file cannot be read.
    """
    tags = {tag for sentence in read_conll(file) for tag in sentence.tags}
    return tuple(sorted(tags, key=lambda tag: (tag != "O", tag)))
