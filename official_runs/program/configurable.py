"""Makes functions and classes configurable by gin, with types checked.

gin fills in whatever a file says. Here the signature is the schema: a value of
another type is a ValueError that names the setting.
"""

import collections.abc
import functools
import inspect
import typing
from collections.abc import Callable

import gin
import typeguard


def configurable(made: Callable) -> Callable:
    """Makes a function or class of the programs configurable by gin."""
    if inspect.isclass(made):
        made.__init__ = _checked(made.__init__, made.__name__)
        return gin.configurable(made)
    return gin.configurable(_checked(made, made.__name__))


def external_configurable(made: Callable, module: str) -> None:
    """Makes a function or class of a library configurable, for gin alone.

    Args:
        made: A function or a class, which is not changed.
        module: The name's first part for gin.
    """
    init = made.__init__ if inspect.isclass(made) else made
    checked = _checked(made, made.__name__, typing.get_type_hints(init))
    gin.configurable(module=module)(checked)


def _checked(function, owner, hints=None):
    signature = inspect.signature(function)
    hints = typing.get_type_hints(function) if hints is None else hints

    @functools.wraps(function, updated=())
    def checked(*args, **kwargs):
        given = _bound(owner, signature, args, kwargs)
        for name in given.keys() & hints.keys():
            _require(owner, name, given[name], hints[name])
        try:
            return function(*args, **kwargs)
        except TypeError as error:
            # A class hands the names that it does not know to its bases.
            for name in kwargs:
                if f"unexpected keyword argument '{name}'" in str(error):
                    raise ValueError(
                        f"{owner} must know the argument. Received: "
                        f"{owner}.{name} = {kwargs[name]!r}."
                    ) from error
            raise

    checked.__signature__ = signature
    return checked


def _bound(owner, signature, args, kwargs):
    try:
        return signature.bind(*args, **kwargs).arguments
    except TypeError as error:
        raise ValueError(
            f"{owner} must get the arguments that it takes: {error}. Received: "
            f"{len(args)} values and {sorted(kwargs)}."
        ) from None


def _require(owner, name, value, hint):
    if typing.get_origin(hint) is collections.abc.Callable:
        hint = Callable  # gin will fill in more of its arguments.
    try:
        typeguard.check_type(value, hint)
    except typeguard.TypeCheckError as error:
        raise ValueError(
            f"`{name}` must be of the type that {owner} takes ({error}). "
            f"Received: {owner}.{name} = {value!r}."
        ) from None
