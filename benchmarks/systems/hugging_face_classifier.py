"""Hugging Face's recipe for GLUE, on SST-2. Prints the accuracy on dev.

Run with the JSON of the arguments of `main`, by an environment that has
transformers and PyTorch.
"""

import csv
import json
import sys

import numpy as np
import transformers

from benchmarks.systems import hugging_face_trainer


def main(bert_folder, folder, length, batch, learning_rate, seed):
    transformers.set_seed(seed)
    tokenizer = transformers.AutoTokenizer.from_pretrained(bert_folder)

    def examples(name):
        with open(f"{folder}/{name}") as file:
            rows = list(csv.reader(file, delimiter="\t", quoting=3))[1:]
        ids = tokenizer(
            [row[0] for row in rows], truncation=True, max_length=length
        )
        return [
            {"input_ids": i, "attention_mask": m, "label": int(row[1])}
            for i, m, row in zip(
                ids["input_ids"], ids["attention_mask"], rows, strict=True
            )
        ]

    trainer = hugging_face_trainer.trainer(
        transformers.AutoModelForSequenceClassification.from_pretrained(
            bert_folder, num_labels=2
        ),
        tokenizer,
        examples("train.tsv"),
        f"{folder}/hugging_face",
        batch,
        learning_rate,
        seed=seed,
        eval_dataset=examples("dev.tsv"),
        compute_metrics=lambda x: {
            "accuracy": np.mean(x.predictions.argmax(-1) == x.label_ids)
        },
    )
    trainer.train()
    print(json.dumps(float(trainer.evaluate()["eval_accuracy"])))


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
