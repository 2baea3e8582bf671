"""Reads the scheme of tags: where in its entity a tagged word is."""

# BILOU, BMES and BMEW have other letters than BIOES for the same places.
PLACES = {
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
    if letter in PLACES and (dash or letter in "BIES"):
        return PLACES[letter], kind
    return "", tag
