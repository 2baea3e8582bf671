"""Serializes rows of arrays as `tf.train.Example`s, many at a time."""

import functools
import itertools
from collections.abc import Mapping, Sequence

import numpy as np

from nlp_modeling.data.records import features as feature_declarations

# Tags of protocol buffers' wire format: field number << 3 | 2 (bytes).
_FIELD_1, _FIELD_2, _FIELD_3 = b"\x0a", b"\x12", b"\x1a"


def encode_examples(
    features: Sequence[feature_declarations.Feature], arrays: Mapping
) -> list[bytes]:
    """Serializes rows of arrays as `tf.train.Example`s, many at a time.

    The numbers of all rows become bytes at once. That is three times faster
    than building a message for each row.

    Args:
        features: The features to write. Other entries of `arrays` are ignored.
        arrays: Maps each feature's name to numbers [N] or [N, axis], or to a
            sequence of N arrays of any lengths.

    Returns:
        N serialized examples. Features have their names on disk.

    Raises:
        ValueError: If a feature is missing, or features differ in the number of
            rows.
    """
    missing = [f.name for f in features if f.name not in arrays]
    if missing:
        raise ValueError(
            f"Every feature needs an array. Received: {missing=}, "
            f"arrays={sorted(arrays)}."
        )
    rows = {f.name: len(arrays[f.name]) for f in features}
    if len(set(rows.values())) > 1:
        raise ValueError(
            f"All arrays must have as many rows. Received: {rows=}."
        )
    columns = [_entries(feature, arrays[feature.name]) for feature in features]
    # Entries may be in any order, so entries of fixed size are joined first.
    fixed = [column for column in columns if isinstance(column, np.ndarray)]
    parts = [column for column in columns if isinstance(column, list)]
    if fixed:
        matrix = np.concatenate(fixed, axis=1)
        parts.append(_cut(matrix, np.full(len(matrix), matrix.shape[1])))
    bodies = [b"".join(row) for row in zip(*parts, strict=True)]
    return [_FIELD_1 + _varint(len(body)) + body for body in bodies]


def _entries(feature, array):
    """Builds a feature's entry for each row: bytes, or uint8 [N, size]."""
    data, sizes = _payloads(array, feature.dtype)
    head = _EntryHead(feature)
    if not len(sizes) or sizes.min() < sizes.max():
        return [head[len(row)] + row for row in _cut(data, sizes)]
    head = np.frombuffer(head[int(sizes[0])], np.uint8)
    heads = np.broadcast_to(head, [len(sizes), len(head)])
    return np.concatenate([heads, data.reshape(len(sizes), -1)], axis=1)


def _cut(data, sizes):
    data, bounds = data.tobytes(), [0, *np.cumsum(sizes).tolist()]
    return [data[i:j] for i, j in itertools.pairwise(bounds)]


class _EntryHead(dict):
    """Builds the bytes of an entry that precede n bytes of numbers."""

    def __init__(self, feature):
        self.key = _sized(_FIELD_1, feature.name_on_disk.encode())
        # Feature.float_list is field 2 and Feature.int64_list field 3.
        self.kind = _FIELD_2 if feature.dtype == "float32" else _FIELD_3

    def __missing__(self, size):
        head = b""
        for tag in (_FIELD_1, self.kind, self.key + _FIELD_2, _FIELD_1):
            head = tag + _varint(len(head) + size) + head
        self[size] = head
        return head


def _sized(tag, data):
    return tag + _varint(len(data)) + data


@functools.lru_cache(maxsize=1 << 16)
def _varint(number):
    return _varints(np.array([number]))[0].tobytes()


def _payloads(array, dtype):
    """Packs numbers as protobuf does. Gives bytes, and each row's size."""
    if isinstance(array, np.ndarray):
        values = array.reshape(-1)
        lengths = np.full(len(array), array[:1].size)
    else:
        values = np.concatenate([np.ravel(row) for row in array] or [[]])
        lengths = np.array([np.size(row) for row in array], np.int64)
    if dtype == "float32":
        return values.astype("<f4").view(np.uint8), 4 * lengths
    data, sizes = _varints(values)
    if len(data) == len(values):
        return data, lengths
    ends = np.append(0, np.cumsum(sizes))[np.cumsum(lengths)]
    return data, np.diff(ends, prepend=0)


def _varints(numbers):
    """Writes integers in base 128, lowest digit first, as protobuf does.

    Returns:
        The bytes of all numbers, uint8, and the size of each, int64.
    """
    small = not len(numbers) or 0 <= numbers.min() <= numbers.max() < 2**31
    rest = numbers.astype(np.int64).astype(np.uint32 if small else np.uint64)
    sizes = np.ones(len(rest), np.int64)
    for digits in range(1, 5 if small else 10):
        longer = rest >= 1 << 7 * digits
        if not longer.any():
            break
        sizes += longer
    if len(rest) == sizes.sum():
        return rest.astype(np.uint8), sizes
    data = np.empty(sizes.sum(), np.uint8)
    at = np.cumsum(sizes) - sizes
    while len(rest):
        more = rest > 127
        data[at] = rest & 127 | more.astype(np.uint8) << 7
        rest, at = rest[more] >> 7, at[more] + 1
    return data, sizes
