"""Makes pretraining examples of documents."""

import dataclasses
import functools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from nlp_modeling import text
from nlp_modeling.data.pretraining.cut_lines import cut_lines
from nlp_modeling.data.pretraining.full_sequences import full_sequences
from nlp_modeling.data.pretraining.pack_rows import pack_sequences, unpadded
from nlp_modeling.data.pretraining.sentence_pairs import sentence_pairs
from nlp_modeling.data.pretraining.tokenized_documents import TokenizedDocuments
from nlp_modeling.data.records import features
from nlp_modeling.data.records.encode_examples import encode_examples

# Shapes: N examples, S sequence.


@dataclasses.dataclass(frozen=True)
class PretrainingExamples:
    """Makes pretraining examples of a chunk of documents.

    The examples of a chunk depend only on its documents, its number and the
    fields below, not on the process. Random next sentences come from the same
    chunk.

    Reference:
        BERT, section 3.1: https://arxiv.org/abs/1810.04805

    Args:
        tokenizer: Splits the lines.
        sequence_length: S, in tokens, special tokens included.
        masking: Draws masks that are stored in the records. None to store only
            tokens, without padding. Masks are then drawn when records are read.
        next_sentence: Whether examples are pairs of segments. In half of the
            pairs the second segment is random. Otherwise examples are single
            full sequences.
        short_seq_prob: The share of documents whose examples are shorter.
        dupe_factor: The number of times that each document is used.
        packed: Whether sequences of the chunk share rows of S places.
        seed: Decides all random choices.

    Call arguments:
        number: The index of the group of files, and of the chunk in the group.
        documents: The documents of the chunk: lists of lines.

    Returns:
        Serialized examples in random order.

    Raises:
        ValueError: If an argument is out of its range.
    """

    tokenizer: text.BertTokenizer
    sequence_length: int = 128
    masking: text.MaskedLMMaskGenerator | None = None
    next_sentence: bool = True
    short_seq_prob: float = 0.1
    dupe_factor: int = 10
    packed: bool = False
    seed: int = 0

    def __post_init__(self):
        if self.sequence_length < 5:
            raise ValueError(
                "`sequence_length` must hold two word pieces and three special "
                f"tokens. Received: sequence_length={self.sequence_length}."
            )
        if not 0 <= self.short_seq_prob <= 1:
            raise ValueError(
                "`short_seq_prob` must lie between 0 and 1. "
                f"Received: short_seq_prob={self.short_seq_prob}."
            )
        if self.dupe_factor < 1:
            raise ValueError(
                "`dupe_factor` must be positive. "
                f"Received: dupe_factor={self.dupe_factor}."
            )

    @property
    def features(self) -> tuple[features.Feature, ...]:
        """Lists the features of each example."""
        return features.pretraining(
            masked=self.masking is not None,
            packed=self.packed,
            next_sentence=self.next_sentence,
        )

    def __call__(
        self, number: tuple[int, int], documents: Sequence[Sequence[str]]
    ) -> list[bytes]:
        return self.with_counts(number, documents).records

    def with_counts(
        self, number: tuple[int, int], documents: Sequence[Sequence[str]]
    ) -> "CountedExamples":
        """Makes the examples of a chunk, and counts what is in none."""
        tokenized = TokenizedDocuments.tokenize(documents, self.tokenizer)
        if not len(tokenized.ids):
            return CountedExamples([], 0, 0)
        if self.next_sentence:
            tokenized = cut_lines(tokenized, self.tokenizer, self._max_tokens)
        rng = np.random.default_rng([self.seed, *number])
        records, is_used = [], np.zeros(len(tokenized.ids), bool)
        for _ in range(self.dupe_factor):
            segments = self._segments(tokenized, rng)
            is_used |= segments.covered(len(is_used))
            arrays = self._joined(segments, tokenized)
            if self.masking is not None:
                arrays |= self._masked(arrays, rng)
            if self.packed or self.masking is None:
                arrays = unpadded(arrays)
            if self.packed:
                limit = self.masking and self.masking.max_predictions
                arrays = pack_sequences(arrays, self.sequence_length, limit)
            records += encode_examples(self.features, arrays)
        return CountedExamples(
            [records[i] for i in rng.permutation(len(records))],
            len(is_used),
            int(np.sum(~is_used)),
        )

    @property
    def _max_tokens(self):
        """Gives the most word pieces of an example."""
        return self.sequence_length - (3 if self.next_sentence else 2)

    def _segments(self, tokenized, rng):
        draw = sentence_pairs if self.next_sentence else full_sequences
        segments = draw(tokenized, self._max_tokens, self.short_seq_prob, rng)
        return segments.truncated(self._max_tokens, rng)

    def _joined(self, segments, tokenized):
        """Joins segments: word pieces, mask, types [N, S] and labels [N]."""
        arrays = segments.packed(
            tokenized.ids,
            self.sequence_length,
            cls_id=self.tokenizer.cls_id,
            sep_id=self.tokenizer.sep_id,
            pad_id=self.tokenizer.pad_id,
        )
        return arrays | {"next_sentence_labels": segments.is_random}

    def _masked(self, arrays, rng):
        seed = rng.integers(2**63, size=2)
        masked = self._mask(arrays["input_word_ids"], seed)
        return {name: values.numpy() for name, values in masked.items()}

    @functools.cached_property
    def _mask(self):
        # Eager masking takes twice as long.
        return tf.function(
            self.masking,
            autograph=False,
            input_signature=[
                tf.TensorSpec([None, self.sequence_length], tf.int32),
                tf.TensorSpec([2], tf.int64),
            ],
        )

    def __reduce__(self):
        # Layers hold resources of TensorFlow, which do not pickle. Configs do.
        return _from_state, (
            {
                field.name: tf.keras.utils.serialize_keras_object(
                    getattr(self, field.name)
                )
                for field in dataclasses.fields(self)
            },
        )


class CountedExamples(NamedTuple):
    """Holds the examples of a chunk, and the size of its text.

    `num_pieces` counts the word pieces of the text, and `num_dropped` those
    that are in no example.
    """

    records: list[bytes]
    num_pieces: int
    num_dropped: int


def _from_state(state):
    return PretrainingExamples(
        **{
            name: tf.keras.utils.deserialize_keras_object(value)
            for name, value in state.items()
        }
    )
