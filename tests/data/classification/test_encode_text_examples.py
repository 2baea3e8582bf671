"""encode_text_examples writes what google-research/bert's files hold."""

import pytest
import tensorflow as tf

from nlp_modeling import data, text

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", "d"]


@pytest.fixture(scope="module")
def tokenizer():
    return text.BertTokenizer(VOCABULARY)


def records(tokenizer, examples, **kwargs):
    """Gives each record as a dict from names on disk to lists."""
    parsed = []
    for record in data.encode_text_examples(examples, tokenizer, 8, **kwargs):
        example = tf.train.Example.FromString(record)
        parsed.append(
            {
                name: list(
                    (f.int64_list if f.int64_list.value else f.float_list).value
                )
                for name, f in example.features.feature.items()
            }
        )
    return parsed


def test_a_pair_and_its_class(tokenizer):
    (record,) = records(tokenizer, [data.TextExample(("A b", "c"), 1)])
    assert record == {
        "input_ids": [2, 5, 6, 3, 7, 3, 0, 0],
        "input_mask": [1, 1, 1, 1, 1, 1, 0, 0],
        "segment_ids": [0, 0, 0, 0, 1, 1, 0, 0],
        "label_ids": [1],
    }


def test_a_single_text_and_its_score(tokenizer):
    (record,) = records(tokenizer, [data.TextExample(("a?",), 2.5)])
    assert record == {
        "input_ids": [2, 5, 1, 3, 0, 0, 0, 0],
        "input_mask": [1, 1, 1, 1, 0, 0, 0, 0],
        "segment_ids": [0] * 8,
        "label_ids": [2.5],
    }


def test_texts_without_labels_have_none(tokenizer):
    (record,) = records(tokenizer, [data.TextExample(("a",), None)])
    assert set(record) == {"input_ids", "input_mask", "segment_ids"}


def test_texts_that_are_cut_are_counted(tokenizer, caplog):
    examples = [data.TextExample((text,), 0) for text in ("a " * 6, "a " * 7)]
    with caplog.at_level("INFO"):
        records(tokenizer, examples[:1] * 3)
        assert not caplog.messages
        records(tokenizer, [*examples[:1] * 3, *examples[1:]], batch_size=2)
    assert caplog.messages == ["1 of 4 texts are cut to 8 tokens."]


def test_the_longer_text_is_cut(tokenizer):
    (record,) = records(
        tokenizer, [data.TextExample(("a a a a a a", "b c"), 0)]
    )
    assert record["input_ids"] == [2, 5, 5, 5, 3, 6, 7, 3]


@pytest.mark.parametrize("batch_size", [1, 2, 100])
def test_batches_do_not_show(tokenizer, batch_size):
    examples = [data.TextExample((t,), i) for i, t in enumerate("abcd")]
    found = records(tokenizer, iter(examples), batch_size=batch_size)
    assert [r["input_ids"][1] for r in found] == [5, 6, 7, 8]
    assert [r["label_ids"] for r in found] == [[0], [1], [2], [3]]
