"""Finds the most probable words at [MASK]."""

from collections.abc import Sequence

import numpy as np
from keras import ops

from nlp_modeling import text
from nlp_modeling.models.bert_pretrainer import BertPretrainer
from nlp_modeling.text.packed_rows import pack_rows

# Shapes: B texts, P masks of a text, K guesses, V vocabulary.

_BATCH = 32


class MaskFiller:
    """Finds the most probable words at [MASK], of which a text may have many.

    Each [MASK] is guessed alone, while the others stay masked.

    >>> encoder = networks.TransformerEncoder(
    ...     7, 8, 1, 2, None, 8, intermediate_size=16
    ... )
    >>> tokenizer = text.BertTokenizer(
    ...     ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad"]
    ... )
    >>> fill = models.MaskFiller(
    ...     models.BertPretrainer(encoder, None), tokenizer, top_k=2
    ... )
    >>> for word, probability in fill(["a [MASK] day"])[0][0]:
    ...     print(word in tokenizer.vocabulary, 0 < probability < 1)
    True True
    True True

    Reference:
        BERT, section 3.1: https://arxiv.org/abs/1810.04805

    Args:
        pretrainer: The model.
        tokenizer: The model's; None for that of its preprocessor.
        top_k: K, the number of guesses.

    Call arguments:
        texts: B texts with [MASK]; or one text.

    Returns:
        For each text, the list of its masks: each the list of K pairs of a word
        piece and its probability, the most probable first. Of one text, that
        text's list.

    Raises:
        ValueError: If `top_k` is not in [1, V], there is no tokenizer, or a
            text has no [MASK] or more word pieces than the model reads.
    """

    def __init__(
        self,
        pretrainer: BertPretrainer,
        tokenizer: text.BertTokenizer | text.BytePairTokenizer | None = None,
        top_k: int = 5,
    ):
        if tokenizer is None:
            if pretrainer.preprocessor is None:
                raise ValueError(
                    "`tokenizer` must be given for a model without a "
                    "preprocessor. Received: tokenizer=None."
                )
            tokenizer = pretrainer.preprocessor.tokenizer
        if not 1 <= top_k <= tokenizer.vocab_size:
            raise ValueError(
                "`top_k` must be positive and not more than the vocabulary's "
                f"{tokenizer.vocab_size} entries. Received: {top_k=}."
            )
        config = tokenizer.get_config() | {"keep_special_tokens": True}
        self.pretrainer = pretrainer
        self.tokenizer = type(tokenizer).from_config(config)
        self.top_k = top_k

    def __call__(self, texts: str | Sequence[str]):
        if isinstance(texts, str):
            return self([texts])[0]
        texts = list(texts)
        guesses = []
        for start in range(0, len(texts), _BATCH):
            guesses += self._guess(texts[start : start + _BATCH])
        return guesses

    def _guess(self, texts):
        pieces = self.tokenizer.encode(texts)
        longest = self.pretrainer.network.max_length
        for string, ids in zip(texts, pieces, strict=True):
            if self.tokenizer.mask_id not in ids:
                mask = self.tokenizer.id_to_token(self.tokenizer.mask_id)
                raise ValueError(
                    f"A text must have a {mask}. Received: {string!r:.80}."
                )
            if longest is not None and len(ids) + 2 > longest:
                raise ValueError(
                    f"A text must have at most {longest} word pieces, with "
                    "[CLS] and [SEP], as the model reads. "
                    f"Received: {len(ids) + 2} in {string!r:.80}."
                )
        length = max(map(len, pieces)) + 2
        rows = pack_rows([pieces], self.tokenizer, length, "longest_first")
        fixed = self.pretrainer.input["input_word_ids"].shape[1]
        features = rows.features(range(len(texts)), fixed or length)
        is_mask = features["input_word_ids"] == self.tokenizer.mask_id
        counts = is_mask.sum(axis=1)
        # The places of the masks come first in a row.
        places = np.argsort(~is_mask, axis=1, kind="stable")
        probabilities, ids = self._best(features, places[:, : max(counts)])
        return [
            [
                [
                    (self.tokenizer.id_to_token(int(id)), float(probability))
                    for id, probability in zip(*mask, strict=True)
                ]
                for mask in zip(ids[row], probabilities[row], strict=True)
            ][:count]
            for row, count in enumerate(counts)
        ]

    def _best(self, features, places):
        """Gives probabilities and ids at some places, [B, P, K] each."""
        logits = []
        # A model may read a fixed number of places at a time.
        size = self.pretrainer.input["masked_lm_positions"].shape[1]
        size = size or places.shape[1]
        for start in range(0, places.shape[1], size):
            part = places[:, start : start + size].astype("int32")
            filled = np.pad(part, ((0, 0), (0, size - part.shape[1])))
            inputs = {**features, "masked_lm_positions": filled}
            outputs = self.pretrainer(inputs, training=False)
            logits.append(outputs["masked_lm"][:, : part.shape[1]])
        probabilities = ops.softmax(ops.concatenate(logits, axis=1))
        best = ops.top_k(probabilities, self.top_k)
        return map(ops.convert_to_numpy, best)
