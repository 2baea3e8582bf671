"""encode_tagging_windows writes a label at each word's first piece."""

import numpy as np
import tensorflow as tf

from nlp_modeling import data, text

VOCABULARY = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
    *("a", "week", "##end", "in", "rome"),
]


def test_special_tokens_padding_and_later_pieces_have_no_label(tmp_path):
    tokenizer = text.BertTokenizer(VOCABULARY)
    sentences = [
        data.TaggedSentence(("a", "weekend", "in", "Rome"), tuple("OOOB")),
        data.TaggedSentence(("Rome",), ("B",)),
    ]
    windows = data.tagging_windows(sentences, tokenizer, ("O", "B"), 6)
    file = str(tmp_path / "a.tfrecord")
    with tf.io.TFRecordWriter(file) as writer:
        for record in data.encode_tagging_windows(windows, tokenizer, 6):
            writer.write(record)
    (batch,) = data.evaluation_batches(
        file, data.features.TAGGING, 3, sequence_length=6
    )
    pieces = [
        " ".join(VOCABULARY[id] for id in row)
        for row in batch["input_word_ids"].numpy()
    ]
    assert pieces == [
        "[CLS] a week ##end in [SEP]",
        "[CLS] rome [SEP] [PAD] [PAD] [PAD]",
        "[CLS] rome [SEP] [PAD] [PAD] [PAD]",
    ]
    np.testing.assert_array_equal(
        batch["label_ids"],
        [
            [-1, 0, 0, -1, 0, -1],
            [-1, 1, -1, -1, -1, -1],
            [-1, 1, -1, -1, -1, -1],
        ],
    )
