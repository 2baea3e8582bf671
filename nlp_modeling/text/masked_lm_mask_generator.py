"""Masks word pieces for a masked language model to predict."""

import keras
import numpy as np

from nlp_modeling.text.bert_tokenizer import BertTokenizer
from nlp_modeling.text.byte_pair_tokenizer import BytePairTokenizer
from nlp_modeling.text.choose_groups import choose_groups
from nlp_modeling.text.group_ngrams import group_ngrams
from nlp_modeling.text.lazy_tensorflow import tf
from nlp_modeling.text.stateless_bits import stateless_bits
from nlp_modeling.text.string_layer import StringLayer

# Shapes: B batch, S sequence, P predictions.

# The four purposes for which each place draws random bits.
_ORDER, _SIZE, _ACTION, _REPLACEMENT = range(4)
# A float64 holds 53 of 63 random bits.
_UNUSED_BITS = 10


@keras.saving.register_keras_serializable(package="nlp_modeling")
class MaskedLMMaskGenerator(StringLayer):
    """Masks word pieces for a masked language model to predict.

    Pieces, words or n-grams are chosen in random order while they fit into
    `rate` of the row and into `max_predictions`, as in google-research/bert.
    Most chosen pieces become [MASK], some a random piece, and some stay.

    With a seed, a row's masks are a function of its pieces and the seed. They
    are the same eagerly and in `tf.data`, ragged and padded, and for any other
    rows.

    References:
        BERT, section 3.1: https://arxiv.org/abs/1810.04805
        SpanBERT, section 3.1: https://arxiv.org/abs/1907.10529

    Args:
        tokenizer: Knows the ids, and which of them continue a word.
        rate: The share of a row's pieces to choose, special tokens counted.
        max_predictions: P, the most pieces to choose in a row.
        mask_rate: The share of chosen pieces that become [MASK].
        random_rate: The share of chosen pieces that become a random piece.
        unselectable_ids: Ids that are neither chosen nor inserted, in addition
            to [PAD] and [MASK]. None for [CLS] and [SEP].
        whole_words: Whether the pieces of a word are chosen together.
        max_ngram: The most words to choose together (pieces, if `whole_words`
            is false). A length n has a probability proportional to 1/n.

    Call arguments:
        input_word_ids: ragged int [B, (S)], or int [B, S] with padding.
        seed: int [2], or [B, 2] with a seed for each row. None draws a seed, so
            that every call and every epoch of a dataset has other masks.

    Returns:
        dict of `input_word_ids` int32 [B, S], `masked_lm_positions` int32
        [B, P] in ascending order, `masked_lm_ids` int32 [B, P] and
        `masked_lm_weights` float32 [B, P]. All are ragged if the input is;
        otherwise predictions are padded to P. A row with a selectable piece
        has at least one prediction.

    Raises:
        ValueError: If a rate is not between 0 and 1, or a count not positive.
    """

    def __init__(
        self,
        tokenizer: BertTokenizer | BytePairTokenizer,
        rate: float = 0.15,
        max_predictions: int = 20,
        mask_rate: float = 0.8,
        random_rate: float = 0.1,
        unselectable_ids=None,
        whole_words: bool = False,
        max_ngram: int = 1,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if not 0 < rate <= 1:
            raise ValueError(f"`rate` must be in (0, 1]. Received: {rate=}.")
        # Said as what must be, which nan is not.
        shares = mask_rate, random_rate, mask_rate + random_rate
        if not all(0 <= share <= 1 for share in shares):
            raise ValueError(
                "`mask_rate` and `random_rate` must be shares of 1. "
                f"Received: {mask_rate=}, {random_rate=}."
            )
        if min(max_predictions, max_ngram) < 1:
            raise ValueError(
                "`max_predictions` and `max_ngram` must be positive. "
                f"Received: {max_predictions=}, {max_ngram=}."
            )
        if unselectable_ids is None:
            unselectable_ids = tokenizer.cls_id, tokenizer.sep_id
        if not set(unselectable_ids) <= set(range(tokenizer.vocab_size)):
            raise ValueError(
                "`unselectable_ids` must be ids of the vocabulary. "
                f"Received: {unselectable_ids=}."
            )
        special_ids = {tokenizer.pad_id, tokenizer.mask_id}
        self.tokenizer = tokenizer
        self.rate = rate
        self.max_predictions = max_predictions
        self.mask_rate = mask_rate
        self.random_rate = random_rate
        self.unselectable_ids = sorted({*unselectable_ids} | special_ids)
        self.whole_words = whole_words
        self.max_ngram = max_ngram
        self._is_selectable = np.ones(tokenizer.vocab_size, bool)
        self._is_selectable[self.unselectable_ids] = False

    def call(self, input_word_ids, seed=None):
        if seed is None:
            # NumPy's generator: if a global seed is set, an operation of
            # TensorFlow draws the same numbers in every epoch of a dataset.
            seed = tf.numpy_function(_draw_seed, [], tf.int64)
            seed = tf.ensure_shape(seed, [2])
        if not isinstance(input_word_ids, tf.RaggedTensor):
            ids = tf.cast(input_word_ids, tf.int32)
            masked = self._mask(ids, seed)
            words = masked.pop("input_word_ids")
            shape = [None, self.max_predictions]
            padded = {k: v.to_tensor(shape=shape) for k, v in masked.items()}
            return {"input_word_ids": words, **padded}
        ragged = tf.cast(input_word_ids, tf.int32)
        ids = ragged.to_tensor(self.tokenizer.pad_id)
        masked = self._mask(ids, seed)
        words = tf.RaggedTensor.from_tensor(
            masked["input_word_ids"], ragged.row_lengths()
        )
        return {**masked, "input_word_ids": words}

    def compute_output_spec(self, input_word_ids, seed=None):
        batch = input_word_ids.shape[0]
        shape = (batch, self.max_predictions)
        return {
            "input_word_ids": keras.KerasTensor(input_word_ids.shape, "int32"),
            "masked_lm_positions": keras.KerasTensor(shape, "int32"),
            "masked_lm_ids": keras.KerasTensor(shape, "int32"),
            "masked_lm_weights": keras.KerasTensor(shape, "float32"),
        }

    def _mask(self, ids, seed):
        """Masks `ids`: gives int32 [B, S], and ragged predictions."""
        seeds = _row_seeds(tf.convert_to_tensor(seed), tf.shape(ids)[0])
        chosen = tf.where(self._choose(ids, seeds))
        rows, places = chosen[:, 0], chosen[:, 1]
        values = tf.gather_nd(ids, chosen)
        hidden = self._hide(values, tf.gather(seeds, rows), places)
        predictions = tf.RaggedTensor.from_value_rowids(
            values, rows, tf.shape(ids, tf.int64)[0], validate=False
        )
        positions = tf.cast(places, tf.int32)
        return {
            "input_word_ids": tf.tensor_scatter_nd_update(ids, chosen, hidden),
            "masked_lm_positions": predictions.with_values(positions),
            "masked_lm_ids": predictions,
            "masked_lm_weights": tf.ones_like(predictions, tf.float32),
        }

    def _choose(self, ids, seeds):
        """Chooses the pieces to predict: bool [B, S]."""
        is_piece = tf.gather(self._is_selectable, ids)
        is_token = tf.cast(ids != self.tokenizer.pad_id, tf.float64)
        share = tf.round(self.rate * tf.reduce_sum(is_token, axis=1))
        budgets = tf.cast(
            tf.clip_by_value(share, 1, self.max_predictions), tf.int64
        )
        seeds, places = seeds[:, tf.newaxis], tf.range(tf.shape(ids)[1])
        keys = stateless_bits(seeds, places, _ORDER)
        if not self.whole_words and self.max_ngram == 1:
            return _choose_pieces(is_piece, keys, budgets, self.max_predictions)
        begins = self._begin_groups(ids, is_piece, seeds, places)
        # Groups count from 1. Group 0 holds the pieces before the first group.
        group = tf.reshape(begins, [-1])
        first = tf.concat([[0], tf.where(group)[:, 0]], 0)
        group = tf.cumsum(tf.cast(group, tf.int64))
        sizes = tf.math.unsorted_segment_sum(
            tf.cast(tf.reshape(is_piece, [-1]), tf.int64), group, tf.size(first)
        )
        sizes = tf.reshape(tf.gather(sizes, group), tf.shape(ids))
        taken = choose_groups(tf.where(begins, sizes, 0), keys, budgets)
        taken = tf.gather(tf.reshape(taken, [-1]), tf.gather(first, group))
        chosen = is_piece & tf.reshape(taken, tf.shape(ids))
        # A row's only group is taken even if it is too long, so it is cut.
        rank = tf.cumsum(tf.cast(chosen, tf.int32), axis=1)
        return chosen & (rank <= self.max_predictions)

    def _begin_groups(self, ids, is_piece, seeds, places):
        """Marks the pieces that begin a word or an n-gram: bool [B, S]."""
        follows = is_piece & tf.pad(is_piece, [[0, 0], [1, 0]])[:, :-1]
        begins = is_piece
        if self.whole_words:
            continues = tf.gather(self.tokenizer.continues_word, ids)
            begins &= ~(follows & continues)
        if self.max_ngram == 1:
            return begins
        shares = _uniform(stateless_bits(seeds, places, _SIZE))
        flat = [tf.reshape(x, [-1]) for x in (begins, follows, shares)]
        begins = group_ngrams(*flat, self.max_ngram)
        return tf.reshape(begins, tf.shape(ids))

    def _hide(self, values, seeds, places):
        """Replaces chosen pieces by [MASK] or a random piece, or keeps them."""
        share = _uniform(stateless_bits(seeds, places, _ACTION))
        candidates = np.flatnonzero(self._is_selectable).astype(np.int32)
        index = stateless_bits(seeds, places, _REPLACEMENT) % len(candidates)
        random = tf.gather(candidates, index)
        return tf.where(
            share < self.mask_rate,
            self.tokenizer.mask_id,
            tf.where(share < self.mask_rate + self.random_rate, random, values),
        )

    def get_config(self):
        return {
            **super().get_config(),
            "tokenizer": keras.saving.serialize_keras_object(self.tokenizer),
            "rate": self.rate,
            "max_predictions": self.max_predictions,
            "mask_rate": self.mask_rate,
            "random_rate": self.random_rate,
            "unselectable_ids": self.unselectable_ids,
            "whole_words": self.whole_words,
            "max_ngram": self.max_ngram,
        }


def _choose_pieces(is_piece, keys, budgets, max_budget):
    """Chooses as many random pieces of each row as its budget allows.

    Args:
        is_piece: bool [B, S], the pieces to choose from.
        keys: int64 [B, S], 63 random bits. The lowest keys are chosen.
        budgets: int64 [B], the number of pieces to choose, 1 or more.
        max_budget: The highest of `budgets`.
    """
    keys = tf.where(is_piece, keys, keys.dtype.max)
    count = tf.minimum(max_budget, tf.shape(keys)[1])
    # Finding the highest key that is chosen is faster than sorting.
    lowest = -tf.math.top_k(-keys, count).values
    is_chosen = tf.range(count, dtype=tf.int64) < budgets[:, tf.newaxis]
    last = tf.reduce_max(tf.where(is_chosen, lowest, -1), axis=1, keepdims=True)
    return is_piece & (keys <= last)


def _draw_seed():
    return np.random.randint(np.iinfo(np.int64).max, size=2, dtype=np.int64)


def _row_seeds(seed, num_rows):
    """Gives each row a different seed: int64 [B, 2]."""
    seed = tf.cast(seed, tf.int64)
    if seed.shape.rank == 2:
        return seed
    row = tf.range(num_rows)
    return tf.stack([stateless_bits(seed, row, i) for i in (0, 1)], axis=1)


def _uniform(bits):
    """Turns 63 bits into float64 in [0, 1)."""
    return (
        tf.cast(tf.bitwise.right_shift(bits, _UNUSED_BITS), tf.float64)
        / 2.0**53
    )
