"""On whole dev sets, what is served is what the model and evaluation give.

The network is small and its weights are random: whether its answers are right
does not matter here, and they depend on everything.
"""

import collections

import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import data, evaluation, models, networks, serving, text
from tests.serving.conftest import head, traced

pytestmark = pytest.mark.slow
BATCH = 64


def make_tokenizer(strings):
    """Of the strings' common words, and all characters."""
    words = collections.Counter(" ".join(strings).lower().split())
    letters = sorted({c for word in words for c in word})
    common = sorted(word for word, count in words.items() if count > 2)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    continued = [f"##{c}" for c in letters]
    entries = dict.fromkeys([*special, *letters, *continued, *common])
    return text.BertTokenizer(list(entries))


def make_encoder(tokenizer):
    return networks.TransformerEncoder(
        tokenizer.vocab_size,
        hidden_size=16,
        num_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        sequence_length=None,
        max_sequence_length=384,
        initializer=keras.initializers.RandomNormal(stddev=0.5, seed=3),
    )


def predict(model, tokenizer, length, *segments, batch_axis=0):
    """The model's outputs for segments, lists of arrays of ids."""
    packer = text.SegmentPacker(length, tokenizer)
    run = tf.function(lambda features: model(features, training=False))
    found = []
    for i in range(0, len(segments[0]), BATCH):
        rows = [
            tf.RaggedTensor.from_row_lengths(
                np.concatenate(s[i : i + BATCH]), [*map(len, s[i : i + BATCH])]
            )
            for s in segments
        ]
        found.append(np.array(run(packer(rows))))
    return np.concatenate(found, axis=batch_axis)


def serve(served, *columns):
    """What is served for columns of strings, as lists."""
    graph = traced(served)
    found = collections.defaultdict(list)
    for i in range(0, len(columns[0]), BATCH):
        outputs = graph(*(tf.constant(c[i : i + BATCH]) for c in columns))
        for name, values in outputs.items():
            found[name] += values.numpy().tolist()
    return found


def test_sst_2_gets_the_same_labels(data_folder):
    task = data.TEXT_TASKS["SST-2"]
    file = str(data_folder / "sst2" / "dev.tsv.gz")
    texts = [x.texts[0] for x in data.read_text_examples(file, task)]
    tokenizer = make_tokenizer(texts)
    model = models.BertClassifier(
        make_encoder(tokenizer), 2, initializer=head()
    )
    ids = [x.numpy() for x in tokenizer(tf.constant(texts))]
    logits = predict(model, tokenizer, 64, ids)
    shares = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    found = serve(
        serving.Classifier(model, tokenizer, task.labels, sequence_length=64),
        texts,
    )
    np.testing.assert_allclose(found["probabilities"], shares, atol=1e-5)
    labels = [task.labels[i].encode() for i in shares.argmax(-1)]
    assert found["label"] == labels
    assert len(set(labels)) == 2


@pytest.mark.parametrize("version_2", [False, True])
def test_squad_gets_the_same_answers(data_folder, version_2):
    name = f"dev-v{'2.0' if version_2 else '1.1'}.json.gz"
    questions = list(
        data.read_squad(str(data_folder / "squad" / name), version_2)
    )
    tokenizer = make_tokenizer({q.context for q in questions})
    model = models.BertSpanLabeler(make_encoder(tokenizer), initializer=head())
    windows = list(data.squad_windows(questions, tokenizer))
    logits = predict(
        model,
        tokenizer,
        384,
        [window.question_ids for window in windows],
        [window.context_ids for window in windows],
        batch_axis=1,
    )
    answers = evaluation.squad_answers(
        windows, *logits, version_2_with_negative=version_2
    )
    reader = serving.Reader(model, tokenizer, 0.0 if version_2 else None)
    found = serve(
        reader, [q.text for q in questions], [q.context for q in questions]
    )
    differing = 0
    for i, (question, answer) in enumerate(
        zip(questions, answers, strict=True)
    ):
        start, end = found["start"][i], found["end"][i]
        span = question.context[start:end] if start >= 0 else ""
        assert found["answer"][i].decode() == span
        best = next((c.score for c in answer.candidates if c.start >= 0), 0.0)
        assert found["score"][i] == pytest.approx(best, abs=1e-3)
        differing += span != answer.prediction()
    # Spans that score alike to the last digits of a float might.
    assert differing <= 1
    assert len(set(found["answer"])) > 1000


def test_wnut_17_gets_the_same_entities(data_folder):
    task = data.TAGGING_TASKS["wnut17"]
    file = str(data_folder / "wnut17" / "dev.conll.gz")
    sentences = list(data.read_conll(file, task.tags))
    tokenizer = make_tokenizer(" ".join(s.words) for s in sentences)
    model = models.BertTokenClassifier(
        make_encoder(tokenizer), len(task.tags), initializer=head()
    )
    windows = list(data.tagging_windows(sentences, tokenizer, task.tags, 384))
    ids = [window.piece_ids for window in windows]
    logits = predict(model, tokenizer, 384, ids)
    found = serve(
        serving.Tagger(
            model,
            tokenizer,
            task.tags,
            splits_punctuation=False,
            sequence_length=384,
        ),
        [" ".join(sentence.words) for sentence in sentences],
    )
    num_entities = num_others = 0
    for i, (sentence, window) in enumerate(
        zip(sentences, windows, strict=True)
    ):
        if tokenizer.unk_id in ids[i]:
            # A word of which nothing is left: [UNK] there, and nothing here.
            num_others += 1
            continue
        labels = np.argmax(logits[i], -1)[window.word_positions]
        starts = np.cumsum([0, *(len(word) + 1 for word in sentence.words)])
        wanted = [
            (kind, starts[first], starts[last] + len(sentence.words[last]))
            for kind, first, last in data.tag_entities(
                [task.tags[label] for label in labels]
            )
        ]
        number = found["num_entities"][i]
        got = [
            (found["entity_kind"][i][j].decode(),)
            + (found["entity_start"][i][j], found["entity_end"][i][j])
            for j in range(number)
        ]
        assert [entity[:2] for entity in got] == [x[:2] for x in wanted]
        for entity, (_, _, end) in zip(got, wanted, strict=True):
            # The end of a word of which nothing is left is not of the entity.
            rest = " ".join(sentence.words)[entity[2] : end]
            assert not rest or not tokenizer(tf.constant(rest)).shape[0]
        num_entities += number
    assert num_others == 3
    assert num_entities > 1000
