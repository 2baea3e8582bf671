"""Makes text of a string or of bytes."""


def as_text(string: str | bytes) -> str:
    """Makes text of a string or of bytes, and drops what is no UTF-8."""
    if not isinstance(string, bytes):
        string = str(string).encode("utf-8", "ignore")
    return string.decode("utf-8", "ignore")
