"""Sorts texts, or pairs of texts, into columns."""

from collections.abc import Sequence


def text_columns(texts) -> tuple[list[Sequence[str]], bool]:
    """Sorts texts, or pairs of texts, into columns.

    Args:
        texts: A string, a sequence of strings (a list, an array, a column of a
            table), a tuple or list of two of these, or a sequence of tuples of
            two strings.

    Returns:
        One or two columns of B strings, and whether `texts` are of one example.

    Raises:
        ValueError: If `texts` hold anything else, or columns differ in length.
    """
    texts = _as_sequence(texts)
    if isinstance(texts, tuple) and len(texts) > 2 and _is_string(texts[0]):
        texts = list(texts)
    is_pair = isinstance(texts, tuple) or (
        isinstance(texts, list) and texts and _is_column(texts[0])
    )
    columns = list(map(_as_sequence, texts)) if is_pair else [texts]
    is_one = all(map(_is_string, columns))
    if is_one:
        columns = [[string] for string in columns]
    elif not is_pair and len(texts) and isinstance(texts[0], tuple):
        columns = list(zip(*texts, strict=True))
    columns = [list(column) for column in columns]
    lengths = {len(column) for column in columns}
    if len(columns) not in (1, 2) or len(lengths) > 1:
        raise ValueError(
            "There must be one column of texts, or two of one length. "
            f"Received: {len(columns)} of the lengths {sorted(lengths)}."
        )
    wrong = [x for x in columns for x in x if not _is_string(x)]
    if wrong:
        raise ValueError(
            "Texts must be strings, or pairs of strings. "
            f"Received: {wrong[0]!r:.80} of {type(wrong[0])}."
        )
    return columns, is_one


def _as_sequence(texts):
    """Gives the strings of a table's column, an array or a tensor."""
    for name in ("to_numpy", "numpy", "tolist"):
        if hasattr(texts, name):
            texts = getattr(texts, name)()
    return texts


def _is_string(value):
    return isinstance(value, (str, bytes))


def _is_column(value):
    return hasattr(value, "__len__") and not isinstance(
        value, (str, bytes, tuple)
    )
