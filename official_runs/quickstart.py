r"""Pretrains a tiny BERT on the built-in corpus and shows what it learned.

  make quickstart

makes the corpus, the vocabulary and the records, and runs this. The masked-LM
accuracy on modules that training never saw is printed beside that of always
guessing the most frequent token.
"""

import time

import keras
import numpy as np
import tensorflow as tf
from absl import flags

from nlp_modeling import (
    data,
    layers,
    losses,
    models,
    networks,
    optimization,
    text,
)
from official_runs.run_program import run_program

_FOLDER = flags.DEFINE_string(
    "folder", None, "Has vocab.txt, train/ and dev/ records.", required=True
)
_MINUTES = flags.DEFINE_float("minutes", 4.0, "How long to train.")

SEQUENCE_LENGTH, MAX_PREDICTIONS, BATCH_SIZE = 128, 20, 32
SENTENCES = (
    "Returns a [MASK] of the same shape as the input.",
    "If the file does not exist, an [MASK] is raised.",
    "The learning [MASK] of the optimizer.",
)


def build_model(vocab_size: int) -> keras.Model:
    network = networks.TransformerEncoder(
        vocab_size,
        hidden_size=128,
        num_layers=2,
        num_attention_heads=2,
        sequence_length=None,
        max_sequence_length=SEQUENCE_LENGTH,
        type_vocab_size=2,
        intermediate_size=512,
        dropout_rate=0.0,
        attention_dropout_rate=0.0,
    )
    network.pooler_layer.trainable = False  # Nothing reads it here.
    return models.BertPretrainer(
        network, num_classes=None, activation=layers.approximate_gelu
    )


def train(model, batches, minutes: float) -> None:
    """Takes steps until the time is up, with a rate that falls to zero."""
    optimizer = optimization.AdamW(0.0, weight_decay=0.01)
    optimizer.build(model.trainable_variables)

    @tf.function(reduce_retracing=True)
    def step(features):
        with tf.GradientTape() as tape:
            loss = losses.weighted_sparse_categorical_crossentropy_loss(
                features["masked_lm_ids"],
                model(features, training=True)["masked_lm"],
                features["masked_lm_weights"],
            )
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return loss

    began, tokens, values = time.monotonic(), 0, []
    for number, features in enumerate(batches, start=1):
        done = (time.monotonic() - began) / (60 * minutes)
        if done >= 1:
            break
        # A schedule by the clock, since how many steps fit is not known.
        optimizer.learning_rate.assign(2e-3 * min(number / 100, 1) * (1 - done))
        values.append(float(step(features)))
        tokens += int(tf.reduce_sum(features["input_mask"]))
        if number % 200 == 0:
            seconds = time.monotonic() - began
            print(
                f"step {number:,}: loss {np.mean(values[-200:]):.3f}, "
                f"{tokens / seconds:,.0f} tokens/s, "
                f"{max(60 * minutes - seconds, 0):.0f} s left",
                flush=True,
            )


def accuracies(model, batches, most_frequent: int) -> tuple[float, float]:
    """Shares of masked tokens that the model, and one guess, get right."""
    right = guessed = total = 0.0
    for features in batches:
        ids = features["masked_lm_ids"].numpy()
        weights = features["masked_lm_weights"].numpy()
        scores = model.predict_on_batch(features)["masked_lm"]
        right += (weights * (scores.argmax(-1) == ids)).sum()
        guessed += (weights * (ids == most_frequent)).sum()
        total += weights.sum()
    return right / total, guessed / total


def top_guesses(model, tokenizer, sentence: str, count=5) -> list[str]:
    """The tokens that the model would rather see at [MASK]."""
    before, after = (tokenizer([part]) for part in sentence.split("[MASK]"))
    ids = tf.concat(
        [
            [[tokenizer.cls_id]],
            before.to_tensor(),
            [[tokenizer.mask_id]],
            after.to_tensor(),
            [[tokenizer.sep_id]],
        ],
        axis=1,
    )
    positions = 1 + before.row_lengths()[:, None]
    features = [ids, tf.ones_like(ids), tf.zeros_like(ids), positions]
    scores = model(features)["masked_lm"][0, 0]
    best = tf.math.top_k(scores, count).indices.numpy()
    return [tokenizer.vocabulary[i] for i in best]


def main():
    folder = _FOLDER.value
    tokenizer = text.BertTokenizer(f"{folder}/vocab.txt")
    reading = {
        "features": (
            data.features.INPUT_WORD_IDS,
            data.features.INPUT_TYPE_IDS,
        ),
        "batch_size": BATCH_SIZE,
        "sequence_length": SEQUENCE_LENGTH,
        "max_predictions": MAX_PREDICTIONS,
        "masking": text.MaskedLMMaskGenerator(
            tokenizer, max_predictions=MAX_PREDICTIONS
        ),
    }
    train_files = f"{folder}/train/*.tfrecord*"
    counts = np.zeros(tokenizer.vocab_size)
    for features in data.evaluation_batches(train_files, **reading).take(50):
        np.add.at(
            counts, features["masked_lm_ids"], features["masked_lm_weights"]
        )
    most_frequent = counts.argmax()
    model = build_model(tokenizer.vocab_size)
    train(model, data.training_batches(train_files, **reading), _MINUTES.value)
    dev = data.evaluation_batches(f"{folder}/dev/*.tfrecord*", **reading)
    learned, guessed = accuracies(model, dev.take(100), most_frequent)
    print(
        f"masked-LM accuracy on unseen modules: {learned:.1%}; always "
        f"{tokenizer.vocabulary[most_frequent]!r}: {guessed:.1%}"
    )
    for sentence in SENTENCES:
        guesses = top_guesses(model, tokenizer, sentence)
        print(f"{sentence}\n  {', '.join(guesses)}")


if __name__ == "__main__":
    run_program(main)
