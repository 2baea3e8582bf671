"""Our classifier on strings, from a BERT folder. Prints the accuracy on dev.

Run with the JSON of the arguments of `main`.
"""

import csv
import json
import sys

import keras

from nlp_modeling import models


def main(bert_folder, folder, length, batch, learning_rate, seed, xla):
    keras.utils.set_random_seed(seed)
    model = models.BertClassifier.from_preset(
        bert_folder, num_classes=2, sequence_length=length
    )
    model.compile(
        **model.compile_defaults()
        | {
            "optimizer": keras.optimizers.AdamW(learning_rate),
            "jit_compile": xla,
        }
    )
    model.fit(*read(folder, "train.tsv"), batch_size=batch, verbose=0)
    texts, labels = read(folder, "dev.tsv")
    _, accuracy = model.evaluate(texts, labels, batch_size=batch, verbose=0)
    print(json.dumps(float(accuracy)))


def read(folder, name):
    """Gives the sentences of a file of SST-2, and their labels."""
    with open(f"{folder}/{name}") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=3))[1:]
    return [row[0] for row in rows], [int(row[1]) for row in rows]


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
