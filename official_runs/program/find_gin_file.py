"""Finds gin files."""

import os

# The settings that come with the programs.
PACKAGED = os.path.join(os.path.dirname(os.path.dirname(__file__)), "gin")


def find_gin_file(name: str, including: str | None = None) -> str:
    """Finds a gin file: as it is named, or among those of the programs.

    gin itself reads a relative path as one of a Python package, if the working
    folder has a folder of its first name.

    Args:
        name: A path, from the working folder or from official_runs/gin.
        including: The file that includes it, in whose folder it is found first.

    Raises:
        ValueError: If there is none.
    """
    if "://" in name:
        return name
    folders = [os.path.dirname(including)] if including else []
    for folder in (*folders, "", PACKAGED):
        path = os.path.join(folder, os.path.expanduser(name))
        if os.path.isfile(path):
            return path
    by = f", included by {including}" if including else ""
    raise ValueError(
        "A gin file must exist, in the working folder or in official_runs/gin. "
        f"Received: {name}{by}."
    )
