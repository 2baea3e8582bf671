"""KerasHub's classifier on strings, from a BERT folder. Prints its accuracy.

Run with the JSON of the arguments of `main`, by an environment that has
keras-hub.
"""

import json
import sys

import keras
import keras_hub
import numpy as np

from benchmarks.systems.ours_text_classifier import read


def main(bert_folder, folder, length, batch, learning_rate, seed, xla):
    keras.utils.set_random_seed(seed)
    preprocessor = keras_hub.models.BertTextClassifierPreprocessor.from_preset(
        bert_folder, sequence_length=length
    )
    model = keras_hub.models.BertTextClassifier.from_preset(
        bert_folder, num_classes=2, preprocessor=preprocessor
    )
    model.compile(
        optimizer=keras.optimizers.AdamW(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        weighted_metrics=[
            keras.metrics.SparseCategoricalAccuracy(name="accuracy")
        ],
        jit_compile=xla,
    )
    texts, labels = map(np.array, read(folder, "train.tsv"))
    model.fit(texts, labels, batch_size=batch, verbose=0)
    texts, labels = map(np.array, read(folder, "dev.tsv"))
    found = model.evaluate(
        texts, labels, batch_size=batch, verbose=0, return_dict=True
    )
    print(json.dumps({"dev_accuracy": round(found["accuracy"], 4)}))


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
