"""learn_vocabulary finds the pieces that a text is made of."""

import functools

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import text
from nlp_modeling.text.count_words import count_words

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
STEMS = "walk talk jump play work call look turn help start".split()
LINES = [
    f"The {stem}{end}, a {stem}{end} of {number}!"
    for stem in STEMS
    for end in ("", "ed", "ing", "er", "s")
    for number in range(40)
]


@functools.cache
def learned(vocab_size):
    return text.learn_vocabulary(LINES, vocab_size)


def test_words_are_counted_as_the_tokenizer_splits_them():
    counts = count_words(["Café, café!", "日本 cafe\u0301\u200b x", "", "Ab"])
    assert counts == {
        "cafe": 3,
        ",": 1,
        "!": 1,
        "日": 1,
        "本": 1,
        "x": 1,
        "ab": 1,
    }


def test_cased_words_keep_case_and_accents():
    counts = count_words(["Café café ÉÉ"], lower_case=False)
    assert counts == {"Café": 1, "café": 1, "ÉÉ": 1}


def test_many_lines_are_counted_as_few_are():
    lines = ["a b c"] * 400_000  # more than a block
    assert count_words(lines) == dict.fromkeys("abc", 400_000)


@pytest.mark.parametrize("vocab_size", [100, 141, 150])
def test_there_are_as_many_entries_as_asked(vocab_size):
    vocabulary = learned(vocab_size)
    assert len(vocabulary) == len(set(vocabulary)) == vocab_size
    assert vocabulary[:5] == SPECIAL


def test_equal_text_in_another_order_gives_an_equal_vocabulary():
    assert text.learn_vocabulary(LINES[::-1], 100) == learned(100)


def test_the_vocabulary_has_the_words_and_endings_of_the_text():
    vocabulary = learned(150)
    assert {"the", "of", *STEMS} <= set(vocabulary)
    tokenizer = text.BertTokenizer(vocabulary)
    assert tokenizer.unk_id not in tokenizer(LINES).flat_values.numpy()


def test_every_character_is_there_alone_and_inside():
    vocabulary = learned(150)
    characters = set("".join(LINES).lower()) - {" "}
    assert characters <= set(vocabulary)
    assert {f"##{c}" for c in characters} <= set(vocabulary)


def test_a_small_text_gives_what_it_has():
    vocabulary = text.learn_vocabulary(["ab ab"], 100)
    assert set(vocabulary) == {*SPECIAL, "a", "b", "##a", "##b", "ab"}


def test_reserved_tokens_come_first_in_their_order():
    reserved = ["[unused0]", *SPECIAL]
    vocabulary = text.learn_vocabulary(LINES, 100, reserved)
    assert vocabulary[:6] == reserved


@pytest.mark.parametrize(
    "arguments, message",
    [
        (([], 100), "text to learn from"),
        ((LINES, 8), "vocab_size=8"),
        ((LINES, 100, ["[PAD]"]), r"reserved_tokens=\['\[PAD\]'\]"),
        ((LINES, 100, [*SPECIAL, "[PAD]"]), "none twice"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        text.learn_vocabulary(*arguments)


def test_text_may_be_strings_of_any_kind():
    expected = text.learn_vocabulary(LINES, 100)
    dataset = tf.data.Dataset.from_tensor_slices(LINES).batch(2)
    for lines in (
        [line.encode() for line in LINES],
        np.array(LINES),
        [tf.constant(LINES)],
        dataset,
        dataset.unbatch(),
    ):
        assert text.learn_vocabulary(lines, 100) == expected


def test_special_tokens_may_be_others_than_berts():
    reserved = ["[PAD]", "[START]", "[END]", "[UNK]"]
    assert text.learn_vocabulary(LINES, 100, reserved)[:4] == reserved
