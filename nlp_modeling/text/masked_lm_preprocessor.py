"""Turns texts into masked features and the words to predict."""

from collections.abc import Sequence

import keras
import numpy as np

from nlp_modeling.text.bert_preprocessor import BertPreprocessor
from nlp_modeling.text.bert_tokenizer import BertTokenizer
from nlp_modeling.text.byte_pair_tokenizer import BytePairTokenizer
from nlp_modeling.text.masked_lm_mask_generator import MaskedLMMaskGenerator
from nlp_modeling.text.packed_rows import PackedRows

# Shapes: B batch, S sequence, P predictions.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class MaskedLMPreprocessor(BertPreprocessor):
    """Turns texts into masked features and the words to predict.

    Every call draws other masks, so every epoch of `dataset.map(preprocessor)`
    has other ones, unless there is a seed. Masking needs TensorFlow on every
    backend of Keras.

    >>> tokenizer = text.BertTokenizer(
    ...     ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad"]
    ... )
    >>> preprocessor = text.MaskedLMPreprocessor(tokenizer, 6, rate=0.5)
    >>> features, words, weights = preprocessor(["good bad", "bad"])
    >>> weights["masked_lm"].shape
    TensorShape([2, 3])

    Reference:
        BERT, section 3.1: https://arxiv.org/abs/1810.04805

    Args:
        tokenizer: The tokenizer of the model.
        sequence_length: S, the number of places, special tokens included.
        truncation: "longest_first" or "per_segment", see `SegmentPacker`.
        rate: The share of a row's pieces to predict, special tokens counted.
        max_predictions: P, the most pieces to predict in a row; None for
            `rate` of S.
        whole_words: Whether the pieces of a word are masked together.
        max_ngram: The most words to mask together.
        seed: Two integers that decide the masks of a batch, for example of
            validation; None for other masks in every call.

    Call arguments:
        x: B texts or pairs, as `BertPreprocessor` takes them.

    Returns:
        Tuple of the features with `masked_lm_positions` int32 [B, P], and the
        dicts `{"masked_lm": ...}` of ids int32 [B, P] and of weights float32
        [B, P], as `Model.fit` takes them for a `BertPretrainer`.
    """

    def __init__(
        self,
        tokenizer: BertTokenizer | BytePairTokenizer,
        sequence_length: int = 128,
        truncation: str = "longest_first",
        rate: float = 0.15,
        max_predictions: int | None = None,
        whole_words: bool = False,
        max_ngram: int = 1,
        seed: Sequence[int] | None = None,
        **kwargs,
    ):
        super().__init__(tokenizer, sequence_length, truncation, **kwargs)
        self.masker = MaskedLMMaskGenerator(
            tokenizer,
            rate,
            max_predictions or max(1, round(rate * sequence_length)),
            whole_words=whole_words,
            max_ngram=max_ngram,
        )
        self.seed = seed
        self._max_predictions = max_predictions

    def call(self, x, y=None, sample_weight=None):
        return self._mask(self._features(x))

    def batch(self, rows: PackedRows, indices: Sequence[int], length: int):
        """Gives masked features of some rows, their words and weights."""
        return self._mask(rows.features(indices, length))

    def compute_output_spec(self, x, y=None, sample_weight=None):
        features = super().compute_output_spec(x)
        masked = self.masker.compute_output_spec(features["input_word_ids"])
        return _as_example(features, masked)

    def get_config(self):
        return {
            **super().get_config(),
            "rate": self.masker.rate,
            "max_predictions": self._max_predictions,
            "whole_words": self.masker.whole_words,
            "max_ngram": self.masker.max_ngram,
            "seed": self.seed,
        }

    def _mask(self, features):
        ids = features["input_word_ids"]
        masked = self.masker(ids, self.seed)
        if isinstance(ids, np.ndarray):
            masked = {name: np.asarray(x) for name, x in masked.items()}
        return _as_example(features, masked)


def _as_example(features, masked):
    words, weights = (
        {"masked_lm": masked.pop(name)}
        for name in ("masked_lm_ids", "masked_lm_weights")
    )
    return {**features, **masked}, words, weights
