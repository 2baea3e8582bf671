"""Times text to labels: Hugging Face's ways to serve, and ours, in turn.

    python -m benchmarks.predict --bert_folder=MINILM \
      --file=../shared/data/sst2/dev.tsv.gz

in an environment that has transformers, PyTorch, onnx and onnxruntime. Systems
have the same encoder and head, two threads, the same batches of texts sorted by
length, and give Python objects:

    hf              Hugging Face's fast tokenizer and PyTorch
    hf_onnx         PyTorch's graph, fused by ONNX Runtime's own optimizer
    hf_onnx_int8    the same with kernels of 8 bits
    ours            our SavedModel, as `predict` applies it
    ours_onnx       our graph in ONNX Runtime, as `predict` applies it
    ours_onnx_int8  the same with kernels of 8 bits

Prints a JSON line for each run, one process each in turn, and one of ratios of
medians; before these, whether the labels are equal to those of `hf`.
"""

import argparse
import csv
import gzip
import json
import os
import statistics
import sys
import tempfile
import time

import numpy as np

from benchmarks.processes import finish

# As the programs have it; TensorFlow reads these when it is imported.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

BATCH = 32  # texts
LENGTH = 128  # word pieces
LABELS = ["negative", "positive"]
THREADS = 2
SINGLE = 300  # texts served one by one
REPEATS = 3  # The best of these counts.


SYSTEMS = (
    "hf",
    "hf_onnx",
    "hf_onnx_int8",
    "ours",
    "ours_onnx",
    "ours_onnx_int8",
)
# Each of ours and the peer that serves in the same way.
PAIRS = (
    ("ours", "hf"),
    ("ours_onnx", "hf_onnx"),
    ("ours_onnx_int8", "hf_onnx_int8"),
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bert_folder", required=True)
    parser.add_argument("--file", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--systems", nargs="+", default=SYSTEMS)
    parser.add_argument("--run", choices=["export", *SYSTEMS])
    parser.add_argument("--exported", help="Where models are exported.")
    args = parser.parse_args()
    if args.run:
        # One of the processes that the code below starts.
        return run(args)
    with tempfile.TemporaryDirectory() as folder:
        start(args, "export", folder)
        lines = [
            start(args, system, folder)
            for system in list(args.systems) * args.rounds
        ]
    scores = {line["system"]: np.array(line.pop("scores")) for line in lines}
    for name, found in scores.items():
        first = scores[lines[0]["system"]]
        equal = int(((first > 0.5) == (found > 0.5)).sum())
        agreement = {
            "system": name,
            "texts": len(found),
            "labels equal": equal,
            "largest difference": round(float(abs(first - found).max()), 6),
        }
        print(json.dumps(agreement))
    for line in lines:
        print(json.dumps(line))
    for own, peer in PAIRS:
        if {own, peer} <= scores.keys():
            print(json.dumps(ratios(lines, own, peer)))


def ratios(lines, own, peer):
    """Divides medians of ours by the peer's."""
    found = {}
    for name in ("texts_per_second", "ms_p50", "ms_p95", "load_seconds"):
        medians = [
            statistics.median(x[name] for x in lines if x["system"] == system)
            for system in (own, peer)
        ]
        ratio = round(medians[0] / medians[1], 2)
        found[f"{own} over {peer}, {name}"] = ratio
    return found


def start(args, system, exported):
    """Runs one system in a process of its own, and gives its line."""
    output = finish(
        [
            *(sys.executable, "-m", "benchmarks.predict", f"--run={system}"),
            f"--bert_folder={args.bert_folder}",
            f"--file={args.file}",
            f"--exported={exported}",
        ]
    ).splitlines()
    return json.loads(output[-1]) if system != "export" else None


def run(args):
    """One system in this process."""
    if args.run == "export":
        return export(args.bert_folder, args.exported)
    began = time.perf_counter()
    if args.run == "hf":
        predict = hf(args.bert_folder)
    elif args.run.startswith("hf_"):
        predict = hf_onnx(args.bert_folder, f"{args.exported}/{args.run}.onnx")
    else:
        predict = ours(f"{args.exported}/{args.run}")
    load_seconds = time.perf_counter() - began
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
        "load_seconds": round(load_seconds, 2),
        "scores": [p["probabilities"][1] for p in predictions],
    }
    print(json.dumps(line))


def head(width):
    """A kernel [H, 2] and a bias that tell texts apart."""
    kernel = np.random.default_rng(0).normal(size=(width, 2))
    return kernel.astype("float32"), np.zeros(2, "float32")


def hf_model(bert_folder, **arguments):
    """Hugging Face's model, with the same head as ours."""
    import torch
    import transformers

    torch.set_num_threads(THREADS)
    auto = transformers.AutoModelForSequenceClassification
    model = auto.from_pretrained(bert_folder, num_labels=2, **arguments).eval()
    kernel, bias = map(torch.tensor, head(model.config.hidden_size))
    model.load_state_dict(
        {"classifier.weight": kernel.T, "classifier.bias": bias}, strict=False
    )
    return model


def hf(bert_folder):
    """Strings to labels, as Hugging Face's own pipeline has it."""
    import torch

    model = hf_model(bert_folder)

    @torch.inference_mode()
    def shares(features):
        return torch.softmax(model(**features).logits, -1)

    return sorted_batches(bert_folder, shares, "pt")


def hf_onnx(bert_folder, path):
    """The same, with a graph in ONNX Runtime."""
    session = onnx_session(path)
    names = [each.name for each in session.get_inputs()]

    def shares(features):
        (logits,) = session.run(None, {x: features[x] for x in names})
        powers = np.exp(logits - logits.max(-1, keepdims=True))
        return powers / powers.sum(-1, keepdims=True)

    return sorted_batches(bert_folder, shares, "np")


def onnx_options():
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    return options


def onnx_session(path):
    import onnxruntime

    return onnxruntime.InferenceSession(
        path, onnx_options(), providers=["CPUExecutionProvider"]
    )


def sorted_batches(bert_folder, give_shares, tensors):
    """Applies a model to texts, with Hugging Face's fast tokenizer."""
    import transformers

    tokenizer = transformers.AutoTokenizer.from_pretrained(bert_folder)

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
                return_tensors=tensors,
            )
            shares = give_shares(features)
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


def export(bert_folder, folder):
    """Writes what is served: the same encoder and head in every form."""
    import onnx
    from onnxruntime import quantization

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
    serving.export(served, f"{folder}/ours")
    serving.export_onnx(served, f"{folder}/ours_onnx")
    serving.export_onnx(served, f"{folder}/ours_onnx_int8", quantize="int8")
    export_hf(bert_folder, f"{folder}/hf_onnx.onnx")
    quantization.quantize_dynamic(
        f"{folder}/hf_onnx.onnx",
        f"{folder}/hf_onnx_int8.onnx",
        per_channel=True,
        weight_type=quantization.QuantType.QInt8,
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )


def export_hf(bert_folder, path):
    """Writes PyTorch's graph, fused by ONNX Runtime's optimizer of BERT."""
    import torch
    from onnxruntime.transformers import optimizer

    # Its optimizer knows this attention.
    model = hf_model(bert_folder, attn_implementation="eager")
    names = ["input_ids", "attention_mask", "token_type_ids"]
    ids = torch.ones(2, 8, dtype=torch.long)
    axes = {0: "batch", 1: "sequence"}
    torch.onnx.export(
        model,
        tuple([ids] * 3),
        path,
        input_names=names,
        output_names=["logits"],
        dynamic_axes={**dict.fromkeys(names, axes), "logits": {0: "batch"}},
        dynamo=False,
        opset_version=17,
    )
    fused = optimizer.optimize_model(
        path,
        "bert",
        num_heads=model.config.num_attention_heads,
        hidden_size=model.config.hidden_size,
    )
    print(fused.get_fused_operator_statistics())
    fused.save_model_to_file(path)


def ours(exported):
    """Strings to labels, as predict.py has it."""
    if "onnx" in os.path.basename(exported):
        from official_runs.artefacts.load_onnx import load_onnx

        serve, names = load_onnx(exported, onnx_options())
    else:
        import tensorflow as tf

        from official_runs.finetuning.predict_lines import load

        tf.config.threading.set_intra_op_parallelism_threads(THREADS)
        tf.config.threading.set_inter_op_parallelism_threads(THREADS)
        serve, names = load(exported)

    def predict(texts):
        from official_runs.finetuning import predict_lines

        records = [{"text": x} for x in texts]
        return list(predict_lines.predict(serve, records, names, BATCH))

    return predict


def read_texts(file):
    opens = gzip.open if file.endswith(".gz") else open
    with opens(file, "rt", encoding="utf-8") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row["sentence"] for row in rows]


if __name__ == "__main__":
    main()
