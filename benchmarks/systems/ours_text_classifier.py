"""Our classifier on strings, from a BERT folder. Prints what was measured.

Run with the JSON of the arguments of `main`.
"""

import csv
import json
import math
import os
import sys

import keras

from nlp_modeling import models


def main(
    bert_folder, folder, length, batch, learning_rate, seed, xla, lora_rank=0
):
    keras.utils.set_random_seed(seed)
    model = models.BertClassifier.from_preset(
        bert_folder, num_classes=2, sequence_length=length
    )
    if lora_rank:
        model.network.enable_lora(lora_rank)
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
    sizes = [math.prod(weight.shape) for weight in model.trainable_weights]
    found = {"dev_accuracy": round(accuracy, 4), "trained": sum(sizes)}
    if lora_rank:
        path = f"{folder}/adapter.lora.h5"
        model.network.save_lora_weights(path)
        found["adapter_bytes"] = os.path.getsize(path)
    print(json.dumps(found))


def read(folder, name):
    """Gives the sentences of a file of SST-2, and their labels."""
    with open(f"{folder}/{name}") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=3))[1:]
    return [row[0] for row in rows], [int(row[1]) for row in rows]


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
