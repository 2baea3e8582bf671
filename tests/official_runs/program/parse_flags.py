"""Parses flags in a process where other tests define some too."""

from absl import flags


def parse_flags(*arguments):
    """Parses these arguments alone; no other flag keeps a value."""
    for name in flags.FLAGS:
        flags.FLAGS[name].unparse()
    required = ["--model_dir=run"] if "model_dir" in flags.FLAGS else []
    flags.FLAGS(["program", *required, *arguments])
