"""Requires that the tags of a task differ, and are of one known scheme."""

import re
from collections.abc import Sequence

from nlp_modeling.data.tagging.tag_places import PLACES, place_and_kind


def require_tags(tags: Sequence[str], source: str) -> None:
    """Requires that the tags of a task differ, and are of one known scheme.

    Args:
        tags: The tags of a task.
        source: Says where the tags are from, for errors.

    Raises:
        ValueError: If there are fewer than two tags, or one twice. If tags with
            a place, such as `B-person`, have unknown places or no kind, or some
            other tags than `O` have no place.
    """
    if len(tags) < 2 or len({*tags}) < len(tags):
        raise ValueError(
            "A task must have two tags or more, which differ. Received: "
            f"{source}, tags={list(tags)[:20]}."
        )
    places = ", ".join(f"{letter}-" for letter in PLACES)
    has_places = any("-" in tag and place_and_kind(tag)[0] for tag in tags)
    for tag in tags:
        place, kind = place_and_kind(tag)
        if re.match("[A-Z]-", tag):
            is_known = place and kind
        else:
            is_known = tag == "O" or not has_places
        if not is_known:
            raise ValueError(
                "Tags must be of one scheme: O, and kinds after "
                f"{places}. Received: {tag=}, {source}."
            )
