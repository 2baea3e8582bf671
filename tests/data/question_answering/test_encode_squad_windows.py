"""encode_squad_windows writes records that our batches read back."""

import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import data, text

VOCABULARY = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "?", "."),
    *("when", "born", "in", "1895", "she", "was"),
]
CONTEXT = "She was born in 1895."


@pytest.fixture(scope="module")
def tokenizer():
    return text.BertTokenizer(VOCABULARY)


@pytest.fixture(scope="module")
def windows(tokenizer):
    answer = data.Answer("in 1895", CONTEXT.index("in 1895"))
    question = data.SquadQuestion("q", "When?", CONTEXT, (answer,))
    return list(
        data.squad_windows(
            [question] * 3,
            tokenizer,
            sequence_length=9,
            doc_stride=2,
            max_query_length=3,
        )
    )


def read(tmp_path, records, features):
    file = str(tmp_path / "a.tfrecord")
    with tf.io.TFRecordWriter(file) as writer:
        for record in records:
            writer.write(record)
    (batch,) = data.evaluation_batches(
        file, features, len(records), sequence_length=9
    )
    return {name: values.numpy() for name, values in batch.items()}


def test_records_hold_packed_windows_and_positions(
    tmp_path, tokenizer, windows
):
    records = list(data.encode_squad_windows(windows, tokenizer, 9))
    batch = read(tmp_path, records, data.features.SPAN_LABELING)
    # 9 - 3 - 2 pieces of the question leave 4 of the context's 6 a window.
    assert len(records) == 6
    pieces = [[VOCABULARY[id] for id in row] for row in batch["input_word_ids"]]
    assert pieces[1] == "[CLS] when ? [SEP] born in 1895 . [SEP]".split()
    np.testing.assert_array_equal(
        batch["input_type_ids"][1], [0, 0, 0, 0, 1, 1, 1, 1, 1]
    )
    np.testing.assert_array_equal(
        batch["unique_ids"], 1_000_000_000 + np.arange(6)
    )
    # "in 1895" is cut by each first window.
    np.testing.assert_array_equal(batch["start_positions"], [0, 5] * 3)
    np.testing.assert_array_equal(batch["end_positions"], [0, 6] * 3)


def test_a_prediction_turns_back_into_text(tmp_path, tokenizer, windows):
    records = list(
        data.encode_squad_windows(windows, tokenizer, 9, labeled=False)
    )
    batch = read(tmp_path, records, data.features.SPAN_PREDICTION)
    assert "start_positions" not in batch
    by_id = {window.unique_id: window for window in windows}
    window = by_id[int(batch["unique_ids"][1])]
    assert window.span_text(5, 6) == "in 1895"


def test_records_without_positions_are_not_read_for_training(
    tmp_path, tokenizer, windows
):
    records = list(
        data.encode_squad_windows(windows, tokenizer, 9, labeled=False)
    )
    with pytest.raises(tf.errors.InvalidArgumentError, match="start_positions"):
        read(tmp_path, records, data.features.SPAN_LABELING)
