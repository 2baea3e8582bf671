"""PretrainingExamples follows BERT: static and dynamic, pairs and single."""

import collections
import pickle

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import data, text

WORDS = [f"{a}{b}" for a in "bcdfghjklmnpqrstvwxz" for b in "aeiou"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
SEQUENCE_LENGTH = 32


@pytest.fixture(scope="module")
def documents():
    """Draws 50 documents of 1 to 30 lines of 1 to 15 words."""
    rng = np.random.default_rng(0)
    return [
        [" ".join(rng.choice(WORDS, size)) for size in rng.integers(1, 16, n)]
        for n in rng.integers(1, 31, 50)
    ]


@pytest.fixture(scope="module")
def tokenizer():
    return text.BertTokenizer(SPECIAL + WORDS)


@pytest.fixture(scope="module")
def static(tokenizer):
    masking = text.MaskedLMMaskGenerator(tokenizer, max_predictions=5)
    return data.PretrainingExamples(
        tokenizer, SEQUENCE_LENGTH, masking, dupe_factor=4, seed=1
    )


@pytest.fixture(scope="module")
def dynamic(tokenizer):
    return data.PretrainingExamples(tokenizer, SEQUENCE_LENGTH, dupe_factor=4)


def decode(records):
    for record in records:
        feature = tf.train.Example.FromString(record).features.feature
        yield {
            name: np.array(f.float_list.value or f.int64_list.value)
            for name, f in feature.items()
        }


def unmasked(example):
    ids = example["input_ids"].copy()
    real = example["masked_lm_weights"] == 1
    ids[example["masked_lm_positions"][real]] = example["masked_lm_ids"][real]
    return ids


def test_static_records_have_fixed_lengths(static, documents):
    for example in decode(static((0, 0), documents)):
        sizes = {name: len(values) for name, values in example.items()}
        assert sizes == {
            "input_ids": 32,
            "input_mask": 32,
            "segment_ids": 32,
            "masked_lm_positions": 5,
            "masked_lm_ids": 5,
            "masked_lm_weights": 5,
            "next_sentence_labels": 1,
        }


def test_masks_hide_what_the_labels_say(static, documents, tokenizer):
    became = collections.Counter()
    for example in decode(static((0, 0), documents)):
        length = example["input_mask"].sum()
        real = example["masked_lm_weights"] == 1
        # BERT's rule: the rounded share of all tokens, at least 1, at most 5.
        assert real.sum() == min(5, max(1, round(0.15 * length)))
        positions = example["masked_lm_positions"][real]
        assert (np.diff(positions) > 0).all() and positions.max() < length
        labels = example["masked_lm_ids"][real]
        assert (labels >= len(SPECIAL)).all()
        shown = example["input_ids"][positions]
        became["mask"] += (shown == tokenizer.mask_id).sum()
        became["same"] += (shown == labels).sum()
        became["all"] += real.sum()
    error = 4 * 0.5 / np.sqrt(became["all"])
    assert abs(became["mask"] / became["all"] - 0.8) < error
    assert abs(became["same"] / became["all"] - 0.1) < error


def test_without_masks_the_text_stands_there(static, documents, tokenizer):
    lines = {" ".join(d) for d in documents}
    for example in decode(static((0, 0), documents)):
        ids = unmasked(example)
        ids = ids[: example["input_mask"].sum()]
        assert ids[0] == tokenizer.cls_id and ids[-1] == tokenizer.sep_id
        (middle, _) = np.flatnonzero(ids == tokenizer.sep_id)
        types = example["segment_ids"]
        assert types[: middle + 1].max() == 0
        assert types[middle + 1 : len(ids)].min() == 1
        assert types[len(ids) :].sum() == 0
        for segment in (ids[1:middle], ids[middle + 1 : -1]):
            words = " ".join(tokenizer.vocabulary[i] for i in segment)
            assert any(words in line for line in lines)


def test_dynamic_records_hold_tokens_only_and_no_padding(
    dynamic, documents, tokenizer
):
    for example in decode(dynamic((0, 0), documents)):
        assert set(example) == {
            "input_ids",
            "segment_ids",
            "next_sentence_labels",
        }
        ids = example["input_ids"]
        assert len(ids) == len(example["segment_ids"]) <= SEQUENCE_LENGTH
        assert ids[-1] == tokenizer.sep_id
        assert tokenizer.mask_id not in ids


def test_single_sequences_have_one_segment(tokenizer, documents):
    make = data.PretrainingExamples(
        tokenizer, SEQUENCE_LENGTH, next_sentence=False, dupe_factor=1
    )
    found = list(decode(make((0, 0), documents)))
    words = sum(len(line.split()) for d in documents for line in d)
    assert sum(len(e["input_ids"]) - 2 for e in found) == words
    for example in found:
        assert set(example) == {"input_ids", "segment_ids"}
        assert (example["input_ids"] == tokenizer.sep_id).sum() == 1
        assert not example["segment_ids"].any()


def test_examples_depend_on_seed_and_chunk_alone(static, tokenizer, documents):
    other_seed = data.PretrainingExamples(
        tokenizer, SEQUENCE_LENGTH, static.masking, dupe_factor=4, seed=2
    )
    first = static((0, 3), documents)
    static((1, 0), documents)
    assert static((0, 3), documents) == first
    assert static((3, 0), documents) != first
    assert other_seed((0, 3), documents) != first


def test_a_copy_in_another_process_makes_the_same(static, dynamic, documents):
    for make in (static, dynamic):
        copy = pickle.loads(pickle.dumps(make))
        assert copy((0, 0), documents) == make((0, 0), documents)


def test_duplicates_differ(dynamic, documents):
    records = dynamic((0, 0), documents)
    assert len(set(records)) > 0.9 * len(records)


def test_documents_without_words_make_nothing(static):
    assert static((0, 0), [[" ", "\u200b"]]) == []


@pytest.mark.parametrize(
    "arguments,message",
    [
        (dict(sequence_length=4), "sequence_length=4"),
        (dict(short_seq_prob=1.5), "short_seq_prob=1.5"),
        (dict(dupe_factor=0), "dupe_factor=0"),
    ],
)
def test_unfit_arguments_are_named(tokenizer, arguments, message):
    with pytest.raises(ValueError, match=message):
        data.PretrainingExamples(tokenizer, **arguments)
