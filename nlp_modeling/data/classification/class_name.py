"""Names the class that a field of a table holds."""

import math
import re

_NUMBER = re.compile(r"[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?")


def class_name(field) -> str | None:
    """Names the class that a field of a table holds.

    Spaces around a name do not count, and equal numbers have one name: `1`,
    `1.0` and `+1` are the class `1`. A number with leading zeros is a name.

    Args:
        field: A string, or a JSON value.

    Returns:
        The name. None if the field is empty, null or not a number (NaN).
    """
    if isinstance(field, float) and not math.isfinite(field):
        return None
    name = "" if field is None else str(field).strip()
    if not _NUMBER.fullmatch(name):
        return name or None
    if "." in name:
        name = name.rstrip("0").rstrip(".")
    name = name.removeprefix("+")
    return "0" if name == "-0" else name
