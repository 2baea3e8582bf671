"""Times text to labels: Hugging Face's tokenizer and PyTorch, and predict.py.

    python -m benchmarks.predict --bert_folder=MINILM \
      --file=../shared/data/sst2/dev.tsv.gz

in an environment that has transformers and PyTorch. Both systems have the same
encoder and head, two threads, the same batches of texts sorted by length, and
give Python objects. Prints a JSON line for each run, one process each in turn,
and one of ratios of medians; before these, whether the labels are equal.
"""

import argparse
import csv
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

# As the programs have it; TensorFlow reads these when it is imported.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

BATCH = 32  # texts
LENGTH = 128  # word pieces
LABELS = ["negative", "positive"]
THREADS = 2
SINGLE = 300  # texts served one by one
REPEATS = 3  # The best of these counts.


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bert_folder", required=True)
    parser.add_argument("--file", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--run", choices=["hf", "export", "ours"])
    parser.add_argument("--exported", help="Where ours is exported.")
    args = parser.parse_args()
    if args.run:
        # One of the processes that the code below starts.
        return run(args)
    with tempfile.TemporaryDirectory() as folder:
        exported = os.path.join(folder, "model")
        start(args, "export", exported)
        lines = [
            start(args, system, exported)
            for system in ["hf", "ours"] * args.rounds
        ]
    theirs, ours = (np.array(x.pop("scores")) for x in lines[:2])
    equal = (theirs > 0.5) == (ours > 0.5)
    print(
        json.dumps(
            {
                "texts": len(equal),
                "labels equal": int(equal.sum()),
                "largest difference of probabilities": float(
                    abs(theirs - ours).max()
                ),
            }
        )
    )
    for line in lines:
        line.pop("scores", None)
        print(json.dumps(line))
    ratios = {}
    for name in ("texts_per_second", "ms_p50", "ms_p95"):
        medians = [
            statistics.median(x[name] for x in lines if x["system"] == system)
            for system in ("ours", "hf")
        ]
        ratios[f"ours over hf, {name}"] = round(medians[0] / medians[1], 2)
    print(json.dumps(ratios))


def start(args, system, exported):
    """Runs one system in a process of its own, and gives its line."""
    output = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.predict", f"--run={system}"),
            f"--bert_folder={args.bert_folder}",
            f"--file={args.file}",
            f"--exported={exported}",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        text=True,
    ).stdout.splitlines()
    return json.loads(output[-1]) if output else None


def run(args):
    """One system in this process."""
    if args.run == "export":
        return export(args.bert_folder, args.exported)
    predict = hf(args.bert_folder) if args.run == "hf" else ours(args.exported)
    texts = read_texts(args.file)
    predict(texts[: 4 * BATCH])
    seconds = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        predictions = predict(texts)
        seconds.append(time.perf_counter() - began)
    times = []
    for text in texts[:SINGLE]:
        began = time.perf_counter()
        predict([text])
        times.append(time.perf_counter() - began)
    p50, p95 = np.percentile(times[SINGLE // 10 :], [50, 95]) * 1e3
    line = {
        "system": args.run,
        "texts_per_second": round(len(texts) / min(seconds), 1),
        "ms_p50": round(p50, 1),
        "ms_p95": round(p95, 1),
        "scores": [p["probabilities"][1] for p in predictions],
    }
    print(json.dumps(line))


def head(width):
    """A kernel [H, 2] and a bias that tell texts apart."""
    kernel = np.random.default_rng(0).normal(size=(width, 2))
    return kernel.astype("float32"), np.zeros(2, "float32")


def hf(bert_folder):
    """Strings to labels, as Hugging Face's own pipeline has it."""
    import torch
    import transformers

    torch.set_num_threads(THREADS)
    auto = transformers.AutoModelForSequenceClassification
    model = auto.from_pretrained(bert_folder, num_labels=2).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(bert_folder)
    kernel, bias = map(torch.tensor, head(model.config.hidden_size))
    model.load_state_dict(
        {"classifier.weight": kernel.T, "classifier.bias": bias}, strict=False
    )

    @torch.inference_mode()
    def predict(texts):
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        predictions = [{}] * len(texts)
        for first in range(0, len(texts), BATCH):
            rows = order[first : first + BATCH]
            features = tokenizer(
                [texts[row] for row in rows],
                padding=True,
                truncation=True,
                max_length=LENGTH,
                return_tensors="pt",
            )
            shares = torch.softmax(model(**features).logits, -1)
            labels = shares.argmax(-1).tolist()
            for row, label, values in zip(
                rows, labels, shares.tolist(), strict=True
            ):
                predictions[row] = {
                    "label": LABELS[label],
                    "probabilities": values,
                }
        return predictions

    return predict


def export(bert_folder, exported):
    """Writes ours: the same encoder and head, as one artefact."""
    from nlp_modeling import checkpoints, models, serving, text

    encoder = checkpoints.encoder_from_hugging_face(bert_folder)
    model = models.BertClassifier(encoder, 2)
    for variable, value in zip(
        model.weights[-2:], head(model.weights[-2].shape[0]), strict=True
    ):
        variable.assign(value)
    tokenizer = text.BertTokenizer(os.path.join(bert_folder, "vocab.txt"))
    served = serving.Classifier(
        model, tokenizer, LABELS, sequence_length=LENGTH
    )
    serving.export(served, exported)


def ours(exported):
    """Strings to labels, as predict.py has it."""
    import tensorflow as tf

    from official_runs.finetuning import predict_lines as program

    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(THREADS)
    serve, names = program.load(exported)
    return lambda texts: list(
        program.predict(serve, [{"text": x} for x in texts], names, BATCH)
    )


def read_texts(file):
    opens = gzip.open if file.endswith(".gz") else open
    with opens(file, "rt", encoding="utf-8") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row["sentence"] for row in rows]


if __name__ == "__main__":
    main()
