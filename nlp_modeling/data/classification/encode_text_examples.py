"""Turns texts and their labels into records."""

import itertools
from collections.abc import Iterable, Iterator

import numpy as np
import tensorflow as tf

from nlp_modeling import text
from nlp_modeling.data.classification.read_text_examples import TextExample
from nlp_modeling.data.records import features
from nlp_modeling.data.records.encode_examples import encode_examples


def encode_text_examples(
    examples: Iterable[TextExample],
    tokenizer: text.BertTokenizer,
    sequence_length: int,
    batch_size: int = 1024,
) -> Iterator[bytes]:
    """Yields one serialized `tf.train.Example` for each text or pair of texts.

    A sequence that is too long loses pieces of its longer text first, as in
    google-research/bert.

    Args:
        examples: All of one kind: one text or two, and a class, a score or no
            label.
        tokenizer: Splits the texts.
        sequence_length: The length of every sequence, padding included, in
            word pieces.
        batch_size: How many examples are tokenized at once.

    Returns:
        Records of `features.CLASSIFICATION`, of `features.REGRESSION`, or,
        where labels are `None`, of `features.ENCODER`.
    """
    packer = text.SegmentPacker(sequence_length, tokenizer)
    examples = iter(examples)
    while batch := list(itertools.islice(examples, batch_size)):
        texts, labels = zip(*batch, strict=True)
        segments = [tokenizer(tf.constant(s)) for s in zip(*texts, strict=True)]
        arrays = {k: v.numpy() for k, v in packer(segments).items()}
        kind = features.ENCODER
        if labels[0] is not None:
            kind = features.CLASSIFICATION
            if isinstance(labels[0], float):
                kind = features.REGRESSION
            arrays["label_ids"] = np.array(labels)
        yield from encode_examples(kind, arrays)
