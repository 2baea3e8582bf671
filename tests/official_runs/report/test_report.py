"""What the quickstart shows is what was measured."""

import collections
import re

import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import data, models, networks, text
from official_runs.report import baselines, pictures
from official_runs.report.attention import last_attention
from official_runs.report.page import write_page

WORDS = [f"{a}{b}" for a in "bcdfg" for b in "aei"]
TOKENIZER = text.BertTokenizer(
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Writes texts in which a word mostly decides the next one."""
    rng = np.random.default_rng(0)
    folder, files = tmp_path_factory.mktemp("records"), {}
    for split, count in (("train", 300), ("dev", 60)):
        documents = []
        for _ in range(count):
            place, words = rng.integers(len(WORDS)), []
            for _ in range(30):
                step = 1 if rng.random() < 0.8 else rng.integers(len(WORDS))
                place = (place + step) % len(WORDS)
                words.append(WORDS[place])
            documents.append([" ".join(words)])
        make = data.PretrainingExamples(
            TOKENIZER, 128, next_sentence=False, dupe_factor=1, packed=True
        )
        files[split] = str(folder / split)
        with tf.io.TFRecordWriter(files[split]) as writer:
            for record in make((0, 0), documents):
                writer.write(record)
    return files


def rows(file):
    for record in tf.data.TFRecordDataset(file).as_numpy_iterator():
        example = tf.train.Example.FromString(record)
        yield list(example.features.feature["input_ids"].int64_list.value)


def test_the_most_frequent_token_is_counted(files):
    token, share = baselines.most_frequent([files["dev"]], TOKENIZER)
    counts = collections.Counter(
        word
        for words, _ in baselines.masked_words([files["dev"]], TOKENIZER)
        for word in words.tolist()
    )
    ((word, count),) = counts.most_common(1)
    assert TOKENIZER.vocabulary[word] == token
    assert share == count / sum(counts.values())


def test_bigrams_are_counted_and_measured(files):
    follows = collections.defaultdict(collections.Counter)
    for ids in rows(files["train"]):
        for before, after in zip(ids[:-1], ids[1:], strict=True):
            follows[before][after] += 1
    right = total = 0
    for words, before in baselines.masked_words([files["dev"]], TOKENIZER):
        for word, left in zip(words.tolist(), before.tolist(), strict=True):
            total += 1
            if left != TOKENIZER.mask_id:
                best = follows[left].most_common(1)[0][1]
                # Of equally frequent words either may be guessed.
                right += follows[left][word] == best
    found = baselines.bigram_accuracy(
        [files["train"]], [files["dev"]], TOKENIZER
    )
    assert found == pytest.approx(right / total, abs=0.03)
    assert found > 0.5


def test_attention_is_that_of_the_last_layer():
    network = networks.ModernBertEncoder(
        len(TOKENIZER.vocabulary), 8, 2, 2, intermediate_size=12
    )
    fill = models.MaskFiller(
        models.BertPretrainer(network, num_classes=None), TOKENIZER
    )
    words, shares = last_attention(fill, "ba [MASK] ci")
    assert words == ["[CLS]", "ba", "[MASK]", "ci", "[SEP]"]
    assert shares.shape == (2, 5, 5)
    block = network.transformer_layers[-1]
    ids = np.array([[TOKENIZER.token_to_id(word) for word in words]])
    features = {"input_word_ids": ids, "input_mask": np.ones_like(ids)}
    first, _ = network(features)["encoder_outputs"]
    normal = block.attention_norm(first)
    np.testing.assert_allclose(
        shares,
        keras.ops.convert_to_numpy(block.attention.probabilities(normal))[0],
        atol=1e-6,
    )


def test_the_page_shows_numbers_and_answers_as_text(tmp_path):
    pictures.draw_accuracy(
        [{"loss": 1.0}, {"step": 5, "masked_lm_accuracy": 0.25}],
        {"always '.'": 0.07},
        tmp_path / "accuracy.png",
    )
    pictures.draw_confusion(["a", "b"], ["a", "c"], tmp_path / "confusion.png")
    pictures.draw_attention(
        ["a", "b"], np.full((2, 2, 2), 0.5), tmp_path / "attention.png"
    )
    write_page(
        str(tmp_path / "index.html"),
        accuracy=0.412,
        baselines={"always '.'": 0.07},
        filled=[("a [MASK] <b>", [("word", 0.31)])],
        scores={"pretrained": 0.8, "from_scratch": 0.7},
        answers=[("Draws < 3 numbers.", "numpy", 0.9)],
        model_dir="run",
        classifier_dir="classifier",
        model_export_path="served",
    )
    page = (tmp_path / "index.html").read_text()
    for shown in ("41.2 %", "7.0 %", "80.0 %", "70.0 %", "31 %", "90 %"):
        assert shown in page
    assert "a [MASK] &lt;b&gt;" in page and "Draws &lt; 3" in page
    for name in re.findall(r'src="(.*?)"', page):
        assert (tmp_path / name).read_bytes()[1:4] == b"PNG"
