"""MaskedLMMaskGenerator hides pieces as BERT's paper says."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import text

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PAD, UNK, CLS, SEP, MASK = range(5)
NUM_WORDS, NUM_SUFFIXES = 500, 300
VARIANTS = pytest.mark.parametrize(
    "variant",
    [{}, {"whole_words": True}, {"max_ngram": 3}]
    + [{"whole_words": True, "max_ngram": 3}],
)


@pytest.fixture(scope="module")
def tokenizer():
    words = [f"w{i}" for i in range(NUM_WORDS)]
    suffixes = [f"##s{i}" for i in range(NUM_SUFFIXES)]
    return text.BertTokenizer([*SPECIAL, *words, *suffixes])


def rows(*lengths, seed=0):
    """Draws rows of `lengths`: [CLS], pieces of words and suffixes, [SEP]."""
    rng = np.random.default_rng(seed)
    words = rng.integers(len(SPECIAL), 805, sum(lengths), dtype=np.int32)
    words = tf.RaggedTensor.from_row_lengths(words, lengths)
    ends = np.ones([len(lengths), 1], np.int32)
    return tf.concat([CLS * ends, words[:, 2:], SEP * ends], axis=1)


def as_lists(masked):
    return {k: (v.dtype, v.to_list()) for k, v in masked.items()}


@VARIANTS
def test_eager_and_tf_data_agree_in_values_and_dtypes(tokenizer, variant):
    generator = text.MaskedLMMaskGenerator(tokenizer, **variant)
    ids = rows(128, 30, 2, 77)
    eager = generator(ids, seed=[3, 4])
    batches = tf.data.Dataset.from_tensors((ids, [3, 4])).map(generator)
    assert as_lists(next(iter(batches))) == as_lists(eager)
    dtypes = [values.dtype for values in eager.values()]
    assert dtypes == [tf.int32, tf.int32, tf.int32, tf.float32]


@VARIANTS
def test_batches_of_fixed_shape_are_masked_too(tokenizer, variant):
    generator = text.MaskedLMMaskGenerator(tokenizer, **variant)
    ids = rows(40, 30).to_tensor()
    batches = tf.data.Dataset.from_tensor_slices(ids)
    batches = batches.batch(2, drop_remainder=True)
    masked = next(iter(batches.map(lambda row: generator(row, seed=[3, 4]))))
    for name, values in generator(ids, seed=[3, 4]).items():
        np.testing.assert_array_equal(masked[name], values)


@VARIANTS
def test_padding_changes_nothing(tokenizer, variant):
    generator = text.MaskedLMMaskGenerator(
        tokenizer, max_predictions=25, **variant
    )
    ids = rows(128, 30, 2, 77)
    ragged = generator(ids, seed=[3, 4])
    padded = generator(ids.to_tensor(shape=[None, 140]), seed=[3, 4])
    assert padded["masked_lm_ids"].shape == (4, 25)
    for name, values in padded.items():
        expected = ragged[name].to_tensor(shape=values.shape)
        np.testing.assert_array_equal(values, expected)


@VARIANTS
def test_a_row_has_its_masks_in_any_batch(tokenizer, variant):
    generator = text.MaskedLMMaskGenerator(tokenizer, **variant)
    ids, seeds = rows(128, 30, 50), tf.constant([[1, 2], [3, 4], [5, 6]])
    together = generator(ids, seed=seeds)
    turned = generator(ids[::-1], seed=seeds[::-1])
    alone = generator(ids[1:2], seed=seeds[1:2])
    for name, values in together.items():
        assert turned[name].to_list() == values.to_list()[::-1]
        assert alone[name].to_list() == values.to_list()[1:2]


def test_seeds_and_equal_rows_have_masks_of_their_own(tokenizer):
    generator = text.MaskedLMMaskGenerator(tokenizer)
    ids = tf.concat([rows(100)] * 2, axis=0)
    first = generator(ids, seed=[0, 0])["masked_lm_positions"].to_list()
    second = generator(ids, seed=[0, 1])["masked_lm_positions"].to_list()
    assert first[0] != first[1] and first[0] != second[0]


@VARIANTS
def test_what_is_hidden_can_be_put_back(tokenizer, variant):
    generator = text.MaskedLMMaskGenerator(tokenizer, **variant)
    ids = rows(128, 30, 2, 77)
    masked = {k: v.to_list() for k, v in generator(ids, seed=[1, 1]).items()}
    for row, original in enumerate(ids.to_list()):
        words, positions = (
            masked[name][row]
            for name in ("input_word_ids", "masked_lm_positions")
        )
        assert positions == sorted(set(positions))
        assert masked["masked_lm_weights"][row] == [1.0] * len(positions)
        for position, word in zip(
            positions, masked["masked_lm_ids"][row], strict=True
        ):
            words[position] = word
        assert words == original


def test_the_number_of_masks_is_bert_s(tokenizer):
    # min(max_predictions, max(1, round(length * rate))), halves to even.
    lengths = [3, 10, 30, 37, 128, 200]
    generator = text.MaskedLMMaskGenerator(tokenizer, max_predictions=20)
    masked = generator(rows(*lengths), seed=[0, 0])
    counts = masked["masked_lm_ids"].row_lengths().numpy().tolist()
    assert counts == [1, 2, 4, 6, 19, 20]


def test_a_row_with_nothing_to_choose_has_none(tokenizer):
    ids = tf.ragged.constant([[CLS, SEP], [], [CLS, 7, SEP], [CLS, UNK, SEP]])
    masked = text.MaskedLMMaskGenerator(tokenizer)(ids, seed=[0, 0])
    assert masked["masked_lm_ids"].to_list() == [[], [], [7], [UNK]]
    none = text.MaskedLMMaskGenerator(tokenizer)(ids[:2], seed=[0, 0])
    assert none["masked_lm_ids"].to_list() == [[], []]


def test_unselectable_ids_are_neither_chosen_nor_put_in(tokenizer):
    allowed = [10, 11, 12]
    generator = text.MaskedLMMaskGenerator(
        tokenizer,
        rate=1.0,
        max_predictions=1000,
        mask_rate=0.0,
        random_rate=1.0,
        unselectable_ids=[i for i in range(805) if i not in allowed],
    )
    ids = tf.constant([[CLS, 10, 20, 12, 11, 700, SEP] * 50])
    masked = generator(ids, seed=[0, 0])
    chosen = np.isin(ids, allowed)
    np.testing.assert_array_equal(
        masked["masked_lm_positions"][0, : chosen.sum()], chosen[0].nonzero()[0]
    )
    words = masked["input_word_ids"].numpy()
    np.testing.assert_array_equal(words[~chosen], ids.numpy()[~chosen])
    assert set(words[chosen]) == set(allowed)


def test_80_10_10(tokenizer):
    generator = text.MaskedLMMaskGenerator(tokenizer, max_predictions=10**6)
    ids = rows(*[200] * 300)
    masked = generator(ids, seed=[0, 0])
    was = masked["masked_lm_ids"].flat_values.numpy()
    now = tf.gather(
        masked["input_word_ids"], masked["masked_lm_positions"], batch_dims=1
    ).flat_values.numpy()
    count = len(was)
    assert count == 300 * 30
    for share, found in [
        (0.8, now == MASK),
        # A random piece of 801 may be the one that was there.
        (0.1 * (1 - 1 / 801), (now != MASK) & (now != was)),
        (0.1 * (1 + 1 / 801), now == was),
    ]:
        error = 4 * np.sqrt(share * (1 - share) / count)
        assert abs(found.mean() - share) < error


def test_every_place_is_as_likely(tokenizer):
    generator = text.MaskedLMMaskGenerator(tokenizer)
    length, number = 42, 5000  # 6 of 40 in each row
    masked = generator(rows(*[length] * number), seed=[0, 0])
    places = masked["masked_lm_positions"].flat_values.numpy()
    counts = np.bincount(places, minlength=length)
    assert counts[0] == counts[-1] == 0
    expected = number * 6 / 40
    deviation = (counts[1:-1] - expected) / np.sqrt(expected * (1 - 6 / 40))
    assert np.abs(deviation).max() < 5


def words_of(row):
    """Lists the places of each word's pieces."""
    words = []
    for place, piece in enumerate(row):
        if piece >= len(SPECIAL) + NUM_WORDS and words[-1][1]:
            words[-1][0].append(place)
        else:
            words.append(([place], piece >= len(SPECIAL)))
    return [places for places, is_word in words if is_word]


@pytest.mark.parametrize("max_ngram", [1, 3])
def test_whole_words_are_hidden_whole(tokenizer, max_ngram):
    generator = text.MaskedLMMaskGenerator(
        tokenizer, whole_words=True, max_ngram=max_ngram
    )
    ids = rows(*range(3, 140))
    masked = generator(ids, seed=[0, 0])
    for row, positions in zip(
        ids.to_list(), masked["masked_lm_positions"].to_list(), strict=True
    ):
        for word in words_of(row):
            assert len(set(word) & set(positions)) in (0, len(word))
        assert positions


def test_no_word_that_would_fit_is_left_out(tokenizer):
    generator = text.MaskedLMMaskGenerator(tokenizer, whole_words=True)
    ids = rows(*range(20, 140))
    masked = generator(ids, seed=[0, 0])
    for row, positions in zip(
        ids.to_list(), masked["masked_lm_positions"].to_list(), strict=True
    ):
        left = min(20, max(1, round(0.15 * len(row)))) - len(positions)
        rest = [w for w in words_of(row) if w[0] not in positions]
        assert min(map(len, rest)) > left


def test_a_word_longer_than_the_row_s_share_is_hidden_nonetheless(tokenizer):
    word = [10, *[510] * 5]
    ids = tf.constant([[CLS, *word, SEP]])
    generator = text.MaskedLMMaskGenerator(tokenizer, whole_words=True)
    masked = generator(ids, seed=[0, 0])
    assert masked["masked_lm_weights"].numpy().sum() == 6
    generator = text.MaskedLMMaskGenerator(
        tokenizer, whole_words=True, max_predictions=4
    )
    masked = generator(ids, seed=[0, 0])
    np.testing.assert_array_equal(masked["masked_lm_positions"], [[1, 2, 3, 4]])


def test_ngrams_have_lengths_as_one_over_n(tokenizer):
    generator = text.MaskedLMMaskGenerator(
        tokenizer, rate=0.02, max_predictions=10, max_ngram=3
    )
    ids = rows(*[150] * 3000)  # 3 of 148: one of 3, or 2 and 1, or three of 1
    masked = generator(ids, seed=[0, 0])
    places = masked["masked_lm_positions"].to_list()
    assert {len(row) for row in places} == {3}
    # The first n-gram drawn fills the row with probability (1/3) / (11/6);
    # that smaller ones fall side by side is rare.
    whole = np.mean([row[2] - row[0] == 2 for row in places])
    assert abs(whole - 2 / 11) < 0.03


def test_ngrams_do_not_cross_what_is_not_chosen(tokenizer):
    generator = text.MaskedLMMaskGenerator(
        tokenizer, rate=0.5, max_predictions=2, max_ngram=2
    )
    ids = tf.constant([[CLS, *[10, SEP] * 40]] * 500)
    masked = generator(ids, seed=[0, 0])
    # Words stand two places apart. By chance, 2 in 40 pairs are neighbours;
    # if n-grams crossed [SEP], a third and more would be.
    apart = np.diff(masked["masked_lm_positions"].numpy())[:, 0]
    assert np.mean(apart == 2) < 0.1


def test_a_config_is_enough_to_make_it_again(tokenizer):
    generator = text.MaskedLMMaskGenerator(
        tokenizer, 0.3, 7, 0.5, 0.2, [CLS, SEP, 9], True, 2
    )
    config = json.dumps(keras.saving.serialize_keras_object(generator))
    again = keras.saving.deserialize_keras_object(json.loads(config))
    ids = rows(128, 30)
    assert as_lists(again(ids, seed=[0, 1])) == as_lists(
        generator(ids, seed=[0, 1])
    )


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"rate": 0.0}, "rate=0.0"),
        ({"rate": float("nan")}, "rate=nan"),
        ({"mask_rate": 0.9, "random_rate": 0.2}, "random_rate=0.2"),
        ({"mask_rate": -0.1}, "mask_rate=-0.1"),
        ({"mask_rate": float("nan")}, "mask_rate=nan"),
        ({"random_rate": float("inf")}, "random_rate=inf"),
        ({"unselectable_ids": [10**6]}, "unselectable_ids"),
        ({"unselectable_ids": [-1]}, "unselectable_ids"),
        ({"max_predictions": 0}, "max_predictions=0"),
        ({"max_ngram": 0}, "max_ngram=0"),
    ],
)
def test_bad_arguments_are_refused(tokenizer, arguments, message):
    with pytest.raises(ValueError, match=message):
        text.MaskedLMMaskGenerator(tokenizer, **arguments)
