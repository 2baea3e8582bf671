"""Twenty steps on packed rows are twenty steps on their sequences."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import data, models, optimization, text, training
from official_runs.pretraining import objectives
from tests.conformance.cases import encoder
from tests.networks.test_packed_rows import modern_bert

S, P, STEPS = 64, 12, 20
WORDS = [f"{a}{b}" for a in "bcdfg" for b in "aei"]
TOKENIZER = text.BertTokenizer(
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Writes the same sequences with the same masks, plain and packed."""
    rng = np.random.default_rng(0)
    documents = [
        [" ".join(rng.choice(WORDS, rng.integers(1, 8))) for _ in range(n)]
        for n in rng.choice([2, 3, 20], 12)
    ]
    folder, files = tmp_path_factory.mktemp("records"), {}
    for packed in (False, True):
        make = data.PretrainingExamples(
            TOKENIZER,
            S,
            text.MaskedLMMaskGenerator(TOKENIZER, max_predictions=P),
            short_seq_prob=0.8,
            dupe_factor=1,
            packed=packed,
        )
        files[packed] = str(folder / f"packed-{packed}")
        with tf.io.TFRecordWriter(files[packed]) as writer:
            for record in make((0, 0), documents):
                writer.write(record)
    return files


def train(make_network, files, packed):
    """Takes steps of all records each; gives losses and the last weights."""
    count = data.count_records([files[packed]])
    keras.utils.set_random_seed(0)
    model = models.BertPretrainer(
        make_network(),
        num_sequences=data.most_sequences(S) if packed else None,
    )
    step = training.TrainStep(
        model,
        [objectives.masked_lm(), objectives.next_sentence()],
        optimization.AdamW(1e-3),
    )
    batches = data.training_batches(
        files[packed],
        data.features.pretraining(
            masked=True, packed=packed, next_sentence=True
        ),
        count,
        sequence_length=S,
        max_predictions=P,
    )
    take = tf.function(step)
    losses = [
        float(take(batch, tf.constant(n, tf.int64))["loss"])
        for n, batch in enumerate(batches.take(STEPS))
    ]
    return count, losses, [weight.numpy() for weight in model.weights]


@pytest.mark.parametrize(
    "make_network",
    [
        lambda: encoder(
            sequence_length=S, dropout_rate=0, attention_dropout_rate=0
        ),
        modern_bert,
    ],
    ids=["BERT", "ModernBERT"],
)
def test_losses_and_weights_are_the_same(files, make_network):
    plain, packed = (
        train(make_network, files, packed) for packed in (False, True)
    )
    assert packed[0] < plain[0]  # records of a step
    assert plain[1][0] - plain[1][-1] > 0.1
    np.testing.assert_allclose(packed[1], plain[1], atol=1e-5)
    for one, other in zip(packed[2], plain[2], strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
