"""BertPreprocessor packs texts the same way wherever it runs."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import text
from nlp_modeling.text.packed_rows import pack_rows

# Longer and shorter than the sequence, empty, and equally long.
FIRST = ["the cats sat on the mat !", "", "cat", "naïve café", "a e i o " * 9]
NAME = "nlp_modeling>BertPreprocessor"
SECOND = ["the mat", "the mat sat", "", "on " * 30, "o i e a " * 9]


@pytest.fixture(scope="module")
def preprocessor(tokenizer):
    return text.BertPreprocessor(tokenizer, 12)


def arrays(features):
    return {name: np.array(value) for name, value in features.items()}


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    for name in found:
        np.testing.assert_array_equal(found[name], expected[name])


def test_texts_become_the_features_of_bert(preprocessor, pieces_of):
    features = preprocessor(["the cats", "!"])
    assert [x[:5] for x in pieces_of(features["input_word_ids"])] == [
        ["[CLS]", "the", "cat", "##s", "[SEP]"],
        ["[CLS]", "!", "[SEP]", "[PAD]", "[PAD]"],
    ]
    assert features["input_mask"].numpy().sum(axis=1).tolist() == [5, 3]
    assert features["input_type_ids"].numpy().sum() == 0


def test_pairs_are_rows_or_columns(preprocessor):
    columns = arrays(preprocessor((FIRST, SECOND)))
    for pairs in (
        list(zip(FIRST, SECOND, strict=True)),
        [FIRST, SECOND],
        (np.array(FIRST), np.array(SECOND, object)),
        (tf.constant(FIRST), tf.constant(SECOND)),
    ):
        assert_same(arrays(preprocessor(pairs)), columns)
    assert_same(arrays(preprocessor(tuple(FIRST))), arrays(preprocessor(FIRST)))
    one = arrays(preprocessor((FIRST[0], SECOND[0])))
    assert_same(one, {name: value[0] for name, value in columns.items()})


@pytest.mark.parametrize("truncation", ["longest_first", "per_segment"])
@pytest.mark.parametrize("columns", [[FIRST], [FIRST, SECOND]])
@pytest.mark.parametrize("length", [5, 9, 12, 40])
def test_numpy_packs_as_the_graph_does(tokenizer, columns, truncation, length):
    segments = [tokenizer.encode(column) for column in columns]
    rows = pack_rows(segments, tokenizer, length, truncation)
    packer = text.SegmentPacker(length, tokenizer, truncation)
    expected = packer([tokenizer(column) for column in columns])
    assert_same(rows.features(range(len(FIRST)), length), arrays(expected))
    assert max(rows.lengths) <= length


def test_labels_and_weights_stay(preprocessor):
    x, y, weight = preprocessor(["cat"], [3], [0.5])
    assert (y, weight) == ([3], [0.5])
    assert x["input_word_ids"].shape == (1, 12)
    assert len(preprocessor(["cat"], [3])) == 2


@pytest.mark.parametrize("is_batched", [False, True])
def test_a_dataset_maps_its_elements(preprocessor, is_batched):
    labels = np.arange(len(FIRST))
    dataset = tf.data.Dataset.from_tensor_slices(((FIRST, SECOND), labels))
    dataset = dataset.batch(2) if is_batched else dataset
    mapped = dataset.map(preprocessor)
    mapped = mapped.unbatch() if is_batched else mapped
    features, found = mapped.batch(5).get_single_element()
    assert_same(arrays(features), arrays(preprocessor((FIRST, SECOND))))
    assert found.numpy().tolist() == labels.tolist()


def test_it_stands_in_a_functional_model(preprocessor, tmp_path):
    strings = keras.Input([], dtype="string")
    model = keras.Model(strings, preprocessor(strings)["input_word_ids"])
    expected = preprocessor(FIRST)["input_word_ids"].numpy()
    found = model(tf.constant(FIRST))
    np.testing.assert_array_equal(found, expected)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(tf.constant(FIRST)), expected)


@pytest.mark.parametrize(
    "kind", [text.BertPreprocessor, text.MaskedLMPreprocessor]
)
def test_a_preset_keeps_it(tokenizer, tmp_path, kind):
    kind(tokenizer, 9, truncation="per_segment").save_to_preset(tmp_path)
    loaded = kind.from_preset(tmp_path)
    assert loaded.sequence_length == 9
    assert loaded.truncation == "per_segment"
    assert loaded.tokenizer.vocabulary == tokenizer.vocabulary
    assert kind.from_preset(tmp_path, sequence_length=7).sequence_length == 7


def test_of_another_class_only_the_length_is_taken_over(tokenizer, tmp_path):
    made = text.MaskedLMPreprocessor(tokenizer, 9, rate=0.3)
    made.save_to_preset(tmp_path)
    assert text.BertPreprocessor.from_preset(tmp_path).sequence_length == 9


def test_a_folder_with_a_vocabulary_alone_is_enough(tokenizer, tmp_path):
    tokenizer.save_to_preset(tmp_path)
    assert text.BertPreprocessor.from_preset(tmp_path).sequence_length == 128


@pytest.mark.parametrize(
    "config, named",
    [
        ('{"class": "x"}', "config"),
        (f'{{"class": "{NAME}", "config": {{"odd": 1}}}}', "odd"),
        ("{", "preprocessor.json"),
    ],
)
def test_a_damaged_preset_is_named(tokenizer, tmp_path, config, named):
    tokenizer.save_to_preset(tmp_path)
    (tmp_path / "preprocessor.json").write_text(config)
    with pytest.raises(ValueError, match=named) as error:
        text.BertPreprocessor.from_preset(tmp_path)
    assert "preprocessor.json" in str(error.value)


@pytest.mark.parametrize(
    "texts, named",
    [
        ([1, 2], "Received: 1 of"),
        ((["a"], ["b", "c"]), r"lengths \[1, 2\]"),
        ((["a"], ["b"], ["c"]), "3 of the lengths"),
        ([None], "None"),
    ],
)
def test_what_is_no_text_is_named(preprocessor, texts, named):
    with pytest.raises(ValueError, match=named):
        preprocessor(texts)
