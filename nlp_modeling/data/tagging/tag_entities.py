"""Finds the entities that the tags of a sentence mark."""

from collections.abc import Sequence
from typing import NamedTuple

from nlp_modeling.data.tagging.tag_places import place_and_kind


class Entity(NamedTuple):
    """Holds the kind of an entity, and its first and last word."""

    kind: str
    first: int
    last: int


def tag_entities(tags: Sequence[str]) -> list[Entity]:
    """Finds the entities that the tags of a sentence mark.

    Tags are read as in CoNLL's scorer and in seqeval, so any sequence of tags
    is valid. An `I-` that does not continue an entity begins one. A tag without
    a prefix, such as a part of speech, is an entity of one word. The letters of
    BILOU, BMES and BMEW are read as those of BIOES; see `place_and_kind`.

    References:
        Text Chunking using Transformation-Based Learning (B, I, O):
        https://arxiv.org/abs/cmp-lg/9505040
        CoNLL-2003: https://aclanthology.org/W03-0419

    Args:
        tags: `B-person`, `I-person`, `E-person`, `S-person`, `O` and so on.
    """
    entities = []
    previous = "O"
    for i, tag in enumerate(tags):
        if continues_entity(previous, tag):
            entities[-1] = entities[-1]._replace(last=i)
        elif tag != "O":
            entities.append(Entity(place_and_kind(tag)[1], i, i))
        previous = tag
    return entities


def continues_entity(previous: str, tag: str) -> bool:
    """Tells whether a word belongs to the entity of the word before it.

    Args:
        previous: The tag of the word before.
        tag: The tag of the word.
    """
    place, kind = place_and_kind(previous)
    next_place, next_kind = place_and_kind(tag)
    return (
        kind == next_kind and place in ("B", "I") and next_place in ("I", "E")
    )
