"""Requires that outputs do not share a path."""

import collections
import os
from collections.abc import Iterable

from nlp_modeling import files


def require_different(paths: Iterable[str]) -> None:
    """Requires that outputs do not share a path.

    Args:
        paths: Paths, in any spelling: `a/../b` is `b`.

    Raises:
        ValueError: If two paths are of the same file.
    """
    spellings = collections.defaultdict(list)
    for path in map(files.plain_path, paths):
        place = path if files.is_remote(path) else os.path.realpath(path)
        spellings[place].append(path)
    for shared in spellings.values():
        if len(shared) > 1:
            raise ValueError(
                f"Outputs must not share a path. Received: {shared}."
            )
