"""Fine-tuning records hold what Model Garden's scripts write.

Runs where tf-models-official is installed (extra `garden`).
"""

import collections
import itertools

import pytest
import tensorflow as tf

from nlp_modeling import data, text

classifier_data_lib = pytest.importorskip(
    "official.nlp.data.classifier_data_lib"
)
tagging_data_lib = pytest.importorskip("official.nlp.data.tagging_data_lib")
tokenization = pytest.importorskip("official.nlp.tools.tokenization")
loader = pytest.importorskip("official.nlp.data.question_answering_dataloader")

NUM_EXAMPLES = 500
LENGTH = 32


@pytest.fixture(scope="module")
def vocab_file(tmp_path_factory, data_folder):
    """Common words of SST-2, and characters."""
    lines = itertools.islice(
        data.read_lines(str(data_folder / "sst2" / "train.tsv.gz")), 5000
    )
    words = collections.Counter(" ".join(lines).lower().split())
    letters = sorted({c for word in words for c in word})
    common = sorted(word for word, count in words.items() if count > 2)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces = [f"##{c}" for c in letters]
    entries = dict.fromkeys([*special, *letters, *pieces, *common])
    file = tmp_path_factory.mktemp("vocabulary") / "vocab.txt"
    file.write_text("\n".join(entries) + "\n")
    return str(file)


def parsed(record):
    example = tf.train.Example.FromString(bytes(record))
    return {
        name: list((f.int64_list if f.int64_list.value else f.float_list).value)
        for name, f in example.features.feature.items()
    }


def write(path, records):
    with tf.io.TFRecordWriter(str(path)) as writer:
        for record in records:
            writer.write(record)


@pytest.mark.parametrize(
    ("name", "file"),
    [("SST-2", "sst2/dev.tsv.gz"), ("STS-B", "stsb/dev.tsv.gz")],
)
def test_texts_and_labels_are_those_of_model_garden(
    data_folder, tmp_path, vocab_file, name, file
):
    task = data.TEXT_TASKS[name]
    examples = list(
        itertools.islice(
            data.read_text_examples(str(data_folder / file), task), NUM_EXAMPLES
        )
    )
    ours = data.encode_text_examples(
        examples, text.BertTokenizer(vocab_file), LENGTH
    )
    theirs = tmp_path / "theirs.tfrecord"
    classifier_data_lib.file_based_convert_examples_to_features(
        [
            classifier_data_lib.InputExample(
                guid=str(i),
                text_a=example.texts[0],
                text_b=example.texts[1] if len(example.texts) > 1 else None,
                label=task.labels[example.label]
                if task.labels
                else example.label,
            )
            for i, example in enumerate(examples)
        ],
        list(task.labels),
        LENGTH,
        tokenization.FullTokenizer(vocab_file, do_lower_case=True),
        str(theirs),
        label_type=None if task.labels else float,
    )
    records = tf.data.TFRecordDataset([str(theirs)]).as_numpy_iterator()
    for a, b in zip(ours, records, strict=True):
        b = parsed(b)
        # Our evaluation weighs what fills a batch itself.
        assert b.pop("is_real_example") == [1]
        b.pop("example_id")
        assert parsed(a) == b


def test_tags_are_those_of_model_garden(data_folder, tmp_path, vocab_file):
    tags = data.TAGGING_TASKS["wnut17"].tags
    file = data_folder / "wnut17" / "train.conll.gz"
    sentences = list(
        itertools.islice(data.read_conll(str(file), tags), NUM_EXAMPLES)
    )
    tokenizer = text.BertTokenizer(vocab_file)
    windows = data.tagging_windows(sentences, tokenizer, tags, LENGTH)
    ours = list(data.encode_tagging_windows(windows, tokenizer, LENGTH))
    # Some sentences are cut.
    assert len(ours) > NUM_EXAMPLES
    theirs = tmp_path / "theirs.tfrecord"
    tagging_data_lib.write_example_to_file(
        [
            tagging_data_lib.InputExample(
                sentence_id=i,
                words=list(sentence.words),
                label_ids=[tags.index(tag) for tag in sentence.tags],
            )
            for i, sentence in enumerate(sentences)
        ],
        tokenization.FullTokenizer(vocab_file, do_lower_case=True),
        LENGTH,
        str(theirs),
    )
    records = tf.data.TFRecordDataset([str(theirs)]).as_numpy_iterator()
    for a, b in zip(ours, records, strict=True):
        b = parsed(b)
        b.pop("sentence_id"), b.pop("sub_sentence_id")
        assert parsed(a) == b


def test_model_gardens_loader_reads_our_windows(tmp_path, vocab_file):
    tokenizer = text.BertTokenizer(vocab_file)
    context = "a film in 1895 ."
    question = data.SquadQuestion(
        "q", "when ?", context, (data.Answer("1895", 10),)
    )
    windows = list(
        data.squad_windows(
            [question] * 2, tokenizer, LENGTH, max_query_length=8
        )
    )
    write(
        tmp_path / "squad",
        data.encode_squad_windows(windows, tokenizer, LENGTH),
    )
    config = loader.QADataConfig(
        input_path=str(tmp_path / "squad"),
        seq_length=LENGTH,
        global_batch_size=2,
        is_training=True,
    )
    dataset = loader.QuestionAnsweringDataLoader(config).load()
    features, labels = next(iter(dataset))
    assert features["input_word_ids"].shape == (2, LENGTH)
    assert set(labels["start_positions"].numpy()) == {windows[0].start_position}
