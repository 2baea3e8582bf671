"""Holds the segments of examples, and packs them into sequences."""

import dataclasses

import numpy as np

# Shapes: N examples, S sequence, T word pieces.


@dataclasses.dataclass(frozen=True)
class Segments:
    """Holds the one or two segments of each example, as places in an array.

    Args:
        a_starts: int64 [N], the start of the first segment.
        a_ends: int64 [N], its exclusive end.
        b_starts: int64 [N], the start of the second segment.
        b_ends: int64 [N], its exclusive end. If an example has one segment, its
            second segment is empty.
        is_random: bool [N], whether the second segment does not follow the
            first in its document.
    """

    a_starts: np.ndarray
    a_ends: np.ndarray
    b_starts: np.ndarray
    b_ends: np.ndarray
    is_random: np.ndarray

    def truncated(
        self, max_tokens: int, rng: np.random.Generator
    ) -> "Segments":
        """Shortens the longer segment until both have `max_tokens` together.

        A fair coin decides whether a word piece is taken from the front or from
        the back, as in BERT. So the number from the front is binomial.
        """
        a = self.a_ends - self.a_starts
        b = self.b_ends - self.b_starts
        excess = np.maximum(a + b - max_tokens, 0)
        # First the longer segment shrinks to the length of the shorter. Then
        # both shrink in turn, the second first.
        uneven = np.minimum(excess, np.abs(a - b))
        even = excess - uneven
        cut_a = np.where(a > b, uneven, 0) + even // 2
        cut_b = np.where(a > b, 0, uneven) + (even + 1) // 2
        front_a, front_b = rng.binomial(cut_a, 0.5), rng.binomial(cut_b, 0.5)
        return dataclasses.replace(
            self,
            a_starts=self.a_starts + front_a,
            a_ends=self.a_ends - (cut_a - front_a),
            b_starts=self.b_starts + front_b,
            b_ends=self.b_ends - (cut_b - front_b),
        )

    def covered(self, size: int) -> np.ndarray:
        """Tells which places of an array are in a segment: bool [size]."""
        changes = np.zeros(size + 1, np.int64)
        for starts, ends in (
            (self.a_starts, self.a_ends),
            (self.b_starts, self.b_ends),
        ):
            np.add.at(changes, starts, 1)
            np.add.at(changes, ends, -1)
        return np.cumsum(changes)[:-1] > 0

    def packed(
        self,
        ids: np.ndarray,
        sequence_length: int,
        *,
        cls_id: int,
        sep_id: int,
        pad_id: int,
    ) -> dict[str, np.ndarray]:
        """Packs segments as `[CLS] a [SEP] b [SEP]` or `[CLS] a [SEP]`, padded.

        Args:
            ids: int32 [T], the array that holds the segments.
            sequence_length: S.

        Returns:
            `input_word_ids`, `input_mask` and `input_type_ids`: int32 [N, S].
        """
        at = np.arange(sequence_length)
        a_sep = (1 + self.a_ends - self.a_starts)[:, np.newaxis]
        b_length = (self.b_ends - self.b_starts)[:, np.newaxis]
        last = np.where(b_length > 0, a_sep + b_length + 1, a_sep)
        in_a = (at > 0) & (at < a_sep)
        places = np.where(
            in_a,
            self.a_starts[:, np.newaxis] + at - 1,
            self.b_starts[:, np.newaxis] + at - a_sep - 1,
        )
        mask = at <= last
        special = (at == 0) | (at == a_sep) | (at == last)
        words = ids[np.where(mask & ~special, places, 0)]
        words = np.where(special, np.where(at == 0, cls_id, sep_id), words)
        return {
            "input_word_ids": np.where(mask, words, pad_id).astype(np.int32),
            "input_mask": mask.astype(np.int32),
            "input_type_ids": (mask & (at > a_sep)).astype(np.int32),
        }
