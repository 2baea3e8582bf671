"""Requires that every macro of the settings has a value."""

import gin
from gin import config_parser

# gin's own mark of a value that must be given.
_REQUIRED = "gin.REQUIRED"


def require_macros() -> None:
    """Requires that every macro of gin's settings has a value, and no circle.

    gin itself finds out when a macro's value is asked for.

    Raises:
        ValueError: Naming a macro without a value, or one of itself.
    """
    uses = _uses(gin.config_str())
    macros = {name for name in uses if "." not in name}
    for name, used in uses.items():
        for macro in used - macros - {_REQUIRED}:
            raise ValueError(
                "A macro must have a value. Received: "
                f"{name} = ... %{macro} ..., without {macro} = ...."
            )
    for macro in macros:
        if macro in _reached(macro, uses):
            raise ValueError(
                "A macro's value must not depend on itself. Received: "
                f"{macro} = ... %{macro} ...."
            )


def _uses(text):
    """Gives the macros in the value of each setting, by its name."""
    uses, found = {}, set()
    for statement in config_parser.ConfigParser(text, _Macros(found)):
        if isinstance(statement, config_parser.BindingStatement):
            name = statement.selector
            if statement.arg_name:
                name += f".{statement.arg_name}"
            uses[name] = set(found)
        found.clear()
    return uses


class _Macros(config_parser.ParserDelegate):
    """Notes the macros of a value."""

    def __init__(self, found):
        self._found = found

    def configurable_reference(self, scoped_configurable_name, evaluate):
        return scoped_configurable_name

    def macro(self, macro_name):
        self._found.add(macro_name)
        return macro_name


def _reached(macro, uses):
    """Gives the macros that a macro's value depends on."""
    reached, new = set(), uses[macro]
    while new:
        reached |= new
        new = set().union(*(uses.get(each, ()) for each in new)) - reached
    return reached
