"""Gives wrong values for the flags of a program, by what each flag takes."""

import importlib
import math

# No number, no finite number, no number of 32 or 64 bits.
_NO_NUMBERS = (
    ("text", ""),
    ("nan", "inf", "-inf", "1e400", "-1e400"),
    ("1" + "0" * 23, "-1" + "0" * 23, "9" * 5000),
    ("0x10", "1,5", "5 6", "1e", "--1", "None", "True", "[1]", "'5'"),
)


def defined_flags(module: str) -> list[dict]:
    """Gives the flags of a program with wrong values of each.

    Args:
        module: The program.

    Returns:
        A list of `{"name", "takes", "values"}`.
    """
    from absl import flags

    importlib.import_module(module)
    found = []
    for owner, defined in flags.FLAGS.flags_by_module_dict().items():
        if owner.startswith("official_runs"):
            for flag in defined:
                # An error names the flag that an alias stands for.
                if "Alias" in type(flag).__name__:
                    continue
                takes = flag.parser.flag_type()
                values = wrong_values(flag.parser, takes)
                found.append(
                    {"name": flag.name, "takes": takes, "values": values}
                )
    return found


def wrong_values(parser, takes: str) -> list[str]:
    """Gives values that a flag must refuse.

    Paths in them are `BAD/...`: `file` and `folder` exist.
    """
    if takes in ("int", "float"):
        return _numbers(parser, takes)
    if takes == "bool":
        return ["maybe", "2", "None", "-1"]
    if "enum" in takes:
        return ["nothing", "", "0", " ", "NOTHING"]
    if takes == "file":
        return ["", " ", "BAD/nothing", "BAD/folder", "/dev/null/a"]
    if takes == "folder":
        return ["", " ", "BAD/nothing", "BAD/file", "BAD/file/a"]
    if takes == "files":
        return ["", " ", ",", "BAD/nothing", "BAD/no*", "BAD/file,BAD/nothing"]
    if takes == "path":
        return ["", " "]
    return []


def _numbers(parser, takes):
    # `9...9` in thousands of digits is too long for `int`.
    values = [value for group in _NO_NUMBERS for value in group]
    low = getattr(parser, "lower_bound", None)
    high = getattr(parser, "upper_bound", None)
    if takes == "int":
        values += ["1.5", "2147483648", "9223372036854775808"]
    else:
        # These are finite.
        values = [x for x in values if not 20 < len(x) < 100]
    if low is not None and low > -math.inf:
        values += [str(low - 1), str(low - 1000)]
    if high is not None and high < math.inf:
        values += [str(high + 1)]
    return values
