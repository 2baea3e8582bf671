"""Damages bytes and JSON, as disks, editors and foreign programs do."""

import json

from hypothesis import strategies

_NUMBERS = strategies.integers() | strategies.floats()
JSON = strategies.recursive(
    strategies.none() | strategies.booleans() | _NUMBERS | strategies.text(),
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.dictionaries(strategies.text(max_size=5), inner)
    ),
    max_leaves=5,
)


def damaged(good: bytes) -> strategies.SearchStrategy[bytes]:
    """Makes bytes that are cut, or overwritten, lengthened or shortened."""
    place = strategies.integers(0, len(good))
    edits = strategies.lists(
        strategies.tuples(
            place, strategies.integers(0, 9), strategies.binary(max_size=9)
        ),
        min_size=1,
        max_size=4,
    )

    def edit(edits):
        content = good
        for at, removed, inserted in edits:
            content = content[:at] + inserted + content[at + removed :]
        return content

    return edits.map(edit) | place.map(lambda end: good[:end])


def of_another_form(good: str) -> strategies.SearchStrategy[bytes]:
    """Makes JSON with a node in place of another, one gone or one more."""
    places = list(_places(json.loads(good)))

    def change(place, node, removed):
        value = json.loads(good)
        if not place:
            return json.dumps(node).encode()
        parent = value
        for key in place[:-1]:
            parent = parent[key]
        if removed:
            del parent[place[-1]]
        else:
            parent[place[-1]] = node
        return json.dumps(value).encode()

    return strategies.builds(
        change, strategies.sampled_from(places), JSON, strategies.booleans()
    )


def _places(value, before=()):
    yield before
    if isinstance(value, dict | list):
        keys = value if isinstance(value, dict) else range(len(value))
        for key in keys:
            yield from _places(value[key], (*before, key))
