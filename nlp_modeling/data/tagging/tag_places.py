"""Reads the scheme of tags: where in its entity a tagged word is."""

import re
from collections.abc import Iterable

# BILOU, BMES and BMEW have other letters than BIOES for the same places.
_PLACES = {
    **{letter: letter for letter in "BIES"},
    "L": "E",  # last
    "U": "S",  # unit
    "M": "I",  # middle
    "W": "S",  # whole
}


def place_and_kind(tag: str) -> tuple[str, str]:
    """Splits a tag into a place in the entity and the entity's kind.

    References:
        Design Challenges and Misconceptions in Named Entity Recognition
        (BILOU): https://aclanthology.org/W09-1119

    Args:
        tag: `B-person`, `U-person`, `O` and so on.

    Returns:
        `B`, `I`, `E`, `S`, or "" for a tag without a place, and the kind.
    """
    letter, dash, kind = tag.partition("-")
    if letter in _PLACES and (dash or letter in "BIES"):
        return _PLACES[letter], kind
    return "", tag


def require_known_scheme(tags: Iterable[str]) -> None:
    """Requires that the places of tags are known.

    Raises:
        ValueError: If a tag has a capital letter and a hyphen in front, and the
            letter is no place.
    """
    for tag in tags:
        if re.match("[A-Z]-.", tag) and not place_and_kind(tag)[0]:
            raise ValueError(
                "A tag with a place must begin with one of "
                f"{', '.join(f'{letter}-' for letter in _PLACES)}. Received: "
                f"{tag=}."
            )
