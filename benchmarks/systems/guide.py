"""What both systems do alike in the guide: Keras alone."""

import json
import time

import keras
import numpy as np
import tensorflow as tf


def follow_guide(make, records, vocab_file, steps, epochs):
    """Pretrains and fine-tunes. Prints what was learned, and the seconds.

    Args:
        make: Takes the file of the vocabulary. Gives the encoder, its output as
            one vector a text, the model that guesses hidden words, a function
            that hides words of strings, and one from strings to ids.
        records: The file that `benchmarks.guide` writes.
        vocab_file: The vocabulary.
        steps: Batches of 64 paragraphs to pretrain on.
        epochs: Epochs of fine-tuning, in batches of 32.
    """
    keras.utils.set_random_seed(1)
    with open(records) as file:
        records = json.load(file)
    began = time.monotonic()
    encoder, mean, pretrainer, hide, tokenize = make(vocab_file)
    pretrainer.compile(
        keras.optimizers.Adam(5e-4),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        weighted_metrics=["accuracy"],
        jit_compile=False,
    )
    train, dev = (
        tf.data.Dataset.from_tensor_slices(records[part])
        for part in ("train-00", "valid")
    )
    train = train.shuffle(100_000, seed=1).repeat().batch(64).take(steps)
    train, dev = (
        batches.map(hide, tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)
        for batches in (train, dev.batch(64))
    )
    pretrainer.fit(train, verbose=0)
    pretraining_seconds = time.monotonic() - began
    _, masked_lm_accuracy = pretrainer.evaluate(dev, verbose=0)

    began = time.monotonic()
    classifier = keras.Model(encoder.input, keras.layers.Dense(1)(mean))
    classifier.compile(
        keras.optimizers.Adam(7e-5),
        keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[keras.metrics.BinaryAccuracy(threshold=0.0)],
        jit_compile=False,
    )
    train, dev = (
        (tokenize(texts), np.array(labels))
        for texts, labels in (records["train"], records["dev"])
    )
    classifier.fit(*train, 32, epochs=epochs, verbose=0)
    finetuning_seconds = time.monotonic() - began
    _, dev_accuracy = classifier.evaluate(*dev, verbose=0)
    found = {
        "pretraining_seconds": round(pretraining_seconds, 1),
        "masked_lm_accuracy": round(masked_lm_accuracy, 4),
        "finetuning_seconds": round(finetuning_seconds, 1),
        "dev_accuracy": round(dev_accuracy, 4),
    }
    print(json.dumps(found))
