"""MaskedLMPreprocessor draws other masks unless it is told which."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import text

TEXTS = ["the cats sat on the mat , un - a e i o naive cafe"] * 8


def masks(example):
    features, _, _ = example
    return np.array(features["masked_lm_positions"]).tolist()


def test_words_stand_where_they_were_masked(tokenizer):
    preprocessor = text.MaskedLMPreprocessor(tokenizer, 24, rate=0.3)
    features, words, weights = preprocessor(TEXTS)
    whole = text.BertPreprocessor(tokenizer, 24)(TEXTS)["input_word_ids"]
    positions = features["masked_lm_positions"]
    assert positions.shape == (8, 7)  # 0.3 x 24
    is_real = weights["masked_lm"].numpy() > 0
    np.testing.assert_array_equal(
        tf.gather(whole, positions, batch_dims=1).numpy()[is_real],
        words["masked_lm"].numpy()[is_real],
    )
    changed = features["input_word_ids"].numpy() == tokenizer.mask_id
    assert changed.sum() > 0.5 * is_real.sum()


@pytest.mark.parametrize("seed, same", [(None, False), ((3, 4), True)])
def test_masks_are_drawn_anew_in_every_call_and_epoch(tokenizer, seed, same):
    # With a seed, random operations of a dataset begin anew in every epoch.
    keras.utils.set_random_seed(1)
    preprocessor = text.MaskedLMPreprocessor(tokenizer, 24, seed=seed)
    assert (masks(preprocessor(TEXTS)) == masks(preprocessor(TEXTS))) == same
    dataset = tf.data.Dataset.from_tensors(TEXTS).map(preprocessor)
    first, second = (masks(next(iter(dataset))) for _ in range(2))
    assert (first == second) == same


def test_the_mask_generator_draws_anew_without_a_seed(tokenizer):
    ids = tokenizer(TEXTS)
    generator = text.MaskedLMMaskGenerator(tokenizer)
    first, second = (
        generator(ids)["masked_lm_positions"].to_list() for _ in range(2)
    )
    assert first != second
