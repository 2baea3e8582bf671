"""Splits gin files into statements, and opens the files that they include."""

import tokenize
from collections.abc import Iterator

from gin import config_parser

from nlp_modeling import json_files
from official_runs.program.find_gin_file import find_gin_file


def read_gin_file(
    name: str,
    allow_imports: bool = False,
    including: tuple[str, ...] = (),
) -> Iterator[tuple[str, str]]:
    """Reads a gin file and those that it includes, see `split_gin`.

    Args:
        name: See `find_gin_file`.
        allow_imports: Whether files may import modules.
        including: The files that include it, the innermost last.

    Raises:
        ValueError: If a file is missing, malformed, includes itself, or imports
            what it may not.
    """
    path = find_gin_file(name, *including[-1:])
    if path in including:
        raise ValueError(
            "A gin file must not include itself. Received: "
            f"{' includes '.join((*including, path))}."
        )
    text = json_files.read_text(path)
    yield from split_gin(text, path, allow_imports, (*including, path))


def split_gin(
    text: str,
    source: str,
    allow_imports: bool = False,
    including: tuple[str, ...] = (),
) -> Iterator[tuple[str, str]]:
    """Splits gin statements where they include files, and reads those.

    Yields:
        A source, and statements of it, in their order. They follow blank lines,
        so that each line has the number that it has in its file.
    """
    lines = text.splitlines(keepends=True)
    begin = 0
    for statement in _parsed(text, source):
        number = statement.location.line_num
        if isinstance(statement, config_parser.IncludeStatement):
            yield source, "\n" * begin + "".join(lines[begin : number - 1])
            begin = number
            yield from read_gin_file(
                statement.filename, allow_imports, including
            )
        elif (
            isinstance(statement, config_parser.ImportStatement)
            and not allow_imports
        ):
            raise ValueError(
                "Settings must not import modules, which would run any code, "
                "unless --allow_gin_imports is given. Received: "
                f"{source}, line {number}: {statement.module}."
            )
    yield source, "\n" * begin + "".join(lines[begin:])


class _Values(config_parser.ParserDelegate):
    """Takes any reference and macro: only statements are wanted."""

    def configurable_reference(self, scoped_configurable_name, evaluate):
        return scoped_configurable_name

    def macro(self, macro_name):
        return macro_name


def _parsed(text, source):
    try:
        yield from config_parser.ConfigParser(text, _Values())
    except (SyntaxError, tokenize.TokenError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        if isinstance(error, tokenize.TokenError):
            line = error.args[1][0]
        raise ValueError(
            "Settings must be written as gin reads them. Received: "
            f"{source}{f', line {line}' if line else ''}: {error.args[0]}."
        ) from None
