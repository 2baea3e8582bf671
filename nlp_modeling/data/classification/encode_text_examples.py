"""Turns labelled texts into records."""

import itertools
import logging
from collections.abc import Iterable, Iterator

import numpy as np

from nlp_modeling import text
from nlp_modeling.data.classification.read_text_examples import TextExample
from nlp_modeling.data.records import features
from nlp_modeling.data.records.encode_examples import encode_examples

_LOGGER = logging.getLogger(__name__)


def encode_text_examples(
    examples: Iterable[TextExample],
    tokenizer: text.BertTokenizer | text.BytePairTokenizer,
    sequence_length: int,
    batch_size: int = 1024,
) -> Iterator[bytes]:
    """Turns labelled texts or pairs of texts into records.

    A sequence that is too long loses pieces of its longer text first, as in
    google-research/bert. The log gets the number of such sequences.

    Args:
        examples: Examples of one kind: all have one text or all have two, and
            all have a class, a score or no label.
        tokenizer: Splits the texts.
        sequence_length: The length of every sequence, padding included, in
            word pieces.
        batch_size: The number of examples that are tokenized at once.

    Yields:
        A serialized `tf.train.Example` for each example: of
        `features.CLASSIFICATION`, of `features.REGRESSION`, or of
        `features.ENCODER` if labels are `None`.
    """
    preprocessor = text.BertPreprocessor(tokenizer, sequence_length)
    examples = iter(examples)
    num_examples = num_cut = 0
    while batch := list(itertools.islice(examples, batch_size)):
        texts, labels = zip(*batch, strict=True)
        rows = preprocessor.rows(tuple(zip(*texts, strict=True)))
        num_examples += len(batch)
        num_cut += rows.are_cut.sum()
        arrays = rows.features(range(len(batch)), sequence_length)
        kind = features.ENCODER
        if labels[0] is not None:
            kind = features.CLASSIFICATION
            if isinstance(labels[0], float):
                kind = features.REGRESSION
            arrays["label_ids"] = np.array(labels)
        yield from encode_examples(kind, arrays)
    if num_cut:
        _LOGGER.info(
            "%d of %d texts are cut to %d tokens.",
            num_cut,
            num_examples,
            sequence_length,
        )
