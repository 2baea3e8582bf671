"""Reads JSON of a known form. Errors name the file, the key and the form."""

import json
from typing import Any

import msgspec

from nlp_modeling import files


def read_json(path: str, schema: Any) -> Any:
    """Reads a JSON file of a known form.

    Args:
        path: A path, see `files`.
        schema: The form: a `TypedDict`, or any type that `msgspec` converts to,
            for example `list[int]`.

    Returns:
        Plain dicts, lists, strings and numbers. Keys that the schema does not
        name are left out.

    Raises:
        ValueError: If the file is missing or unreadable, no JSON, or of another
            form. Names the file and the key.
    """
    return parse_json(read_text(path), schema, path)


def read_text(path: str) -> str:
    """Reads a UTF-8 file; a byte order mark is dropped.

    Raises:
        ValueError: If the file is missing, a folder, or not UTF-8.
    """
    if not files.file_exists(path) or files.is_folder(path):
        raise ValueError(f"A file must exist. Received: {str(path)!r}.")
    try:
        with files.open_file(path, "rb") as file:
            return file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"Text must be UTF-8. Received: {str(path)!r}, byte "
            f"{error.start + 1:,}."
        ) from None


def parse_json(text: str | bytes, schema: Any, source: str) -> Any:
    """Reads a JSON text of a known form.

    Args:
        text: The text.
        schema: See `read_json`.
        source: Names the text in errors: a file, a line, a variable.

    Raises:
        ValueError: Naming the source, and the key or the place.
    """
    try:
        value = json.loads(text)
        if "\\u" in str(text):
            # A lone surrogate, such as "\\ud800", is no character to write.
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError(
            f"JSON must not be nested this deep. Received: {source}."
        ) from None
    except UnicodeEncodeError as error:
        code = ord(error.object[error.start])
        raise ValueError(
            "JSON must hold whole characters. Received: "
            f"{source}: a lone surrogate, \\u{code:04x}."
        ) from None
    except ValueError as error:
        raise ValueError(
            f"A JSON text must be whole. Received: {source}: {error}."
        ) from None
    try:
        return msgspec.convert(value, schema, str_keys=True)
    except msgspec.ValidationError as error:
        # msgspec's own words: "Expected `int`, got `str` - at `$.step`".
        raise ValueError(
            f"A JSON text must have the form that its reader knows. "
            f"Received: {source}: {error}."
        ) from None
