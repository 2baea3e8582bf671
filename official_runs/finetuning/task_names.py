"""Lists the gin files that a fine-tuning program takes as `--task`."""

import pathlib
import re

_FOLDER = pathlib.Path(__file__).parent.parent / "gin" / "runs"


def task_names(kind: str) -> list[str]:
    """Lists the gin files that a fine-tuning program takes as `--task`.

    A file is the program's if it includes the program's own file, directly or
    through another file.

    Args:
        kind: The program's own file: `classification`, `squad` or `tagging`.

    Returns:
        The names of files in `official_runs/gin/runs`, without `.gin`: `kind`
        first, then the others, sorted.
    """
    includes = {
        path.stem: re.findall(
            r"""^include ["']runs/(\w+)\.gin["']""",
            path.read_text(encoding="utf-8"),
            re.MULTILINE,
        )
        for path in _FOLDER.glob("*.gin")
    }

    def leads_to_kind(name):
        return name == kind or any(map(leads_to_kind, includes[name]))

    names = sorted(filter(leads_to_kind, includes))
    return sorted(names, key=lambda name: name != kind)
