"""Times fine-tuning a classifier: two peers' own programs and ours, in turn.

    python -m benchmarks.finetuning --bert_folder=MINILM \
      --input_data_dir=sst2 --num_examples=10000 \
      --garden_python=.venv-garden/bin/python \
      --hugging_face_python=.venv-hub/bin/python

SST-2, one epoch, batches of 32, 5e-5, float32, two threads, from the same
weights: ours from the TSV files to the score on dev; Hugging Face's `Trainer`,
also from the TSV files, with batches padded to their longest sentence;
tf-models-official's `legacy/bert/run_classifier`, from our records, since its
own data script refuses local files. Prints a JSON line a run, and ratios of
medians: of wall-clock time and, which another program's load disturbs least, of
processor time. Start-up counts. The number of a round is its seed; the garden's
program has none, and starts each run from another.
"""

import argparse
import csv
import itertools
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

from benchmarks.systems import hugging_face_trainer

BATCH, LENGTH, LEARNING_RATE = 32, 128, 5e-5


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bert_folder", required=True)
    parser.add_argument("--input_data_dir", required=True)
    parser.add_argument("--num_examples", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--garden_python")
    parser.add_argument("--hugging_face_python")
    parser.add_argument("--step", help="One of the processes that this starts.")
    parser.add_argument("--folder", type=pathlib.Path, help="That process's.")
    parser.add_argument("--seed", type=int, default=0, help="The same.")
    args = parser.parse_args()
    if args.step:
        return globals()[args.step](args)
    pythons = {"ours": sys.executable}
    if args.hugging_face_python:
        pythons["hugging_face"] = args.hugging_face_python
    if args.garden_python:
        pythons["garden"] = args.garden_python
    with tempfile.TemporaryDirectory() as folder:
        args.folder = pathlib.Path(folder)
        prepare(args)
        lines = []
        for seed, system in itertools.product(range(args.rounds), pythons):
            args.seed = seed
            lines.append(timed(system, pythons[system], args))
            print(json.dumps(lines[-1]), flush=True)
    for peer in list(pythons)[1:]:
        ratio = {"peer": peer}
        for unit in ("seconds", "cpu_seconds"):
            medians = [
                statistics.median(x[unit] for x in lines if x["system"] == name)
                for name in (peer, "ours")
            ]
            ratio[f"{unit}, peer over ours"] = round(medians[0] / medians[1], 2)
        print(json.dumps(ratio))


def prepare(args):
    """Cuts the train file, and makes what the garden needs."""
    source = pathlib.Path(args.input_data_dir)
    with open(source / "train.tsv") as file:
        lines = list(itertools.islice(file, args.num_examples + 1))
    (args.folder / "train.tsv").write_text("".join(lines))
    (args.folder / "dev.tsv").write_text((source / "dev.tsv").read_text())
    if not args.garden_python:
        return
    subprocess.run(
        [
            *(sys.executable, "-m", "official_runs.create_finetuning_data"),
            "--classification_task_name=SST-2",
            f"--input_data_dir={args.folder}",
            f"--vocab_file={args.bert_folder}/vocab.txt",
            f"--max_seq_length={LENGTH}",
            f"--train_data_output_path={args.folder}/train.tfrecord",
            f"--eval_data_output_path={args.folder}/dev.tfrecord",
            f"--meta_data_file_path={args.folder}/meta_data",
        ],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    start(args.garden_python, "garden_checkpoint", args)


def start(python, step, args):
    """Runs a step of this file in a process of its own; gives its output."""
    command = [python, "-m", "benchmarks.finetuning", f"--step={step}"]
    for name in ("bert_folder", "input_data_dir", "folder", "seed"):
        command.append(f"--{name}={getattr(args, name)}")
    return finish(command)


def finish(command):
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "2",
        "TF_ENABLE_ONEDNN_OPTS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
    }
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment
    )
    if done.returncode:
        raise SystemExit(f"{command} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def timed(system, python, args):
    line, accuracy = measured(
        lambda: (
            start_ours(python, args)
            if system == "ours"
            else json.loads(start(python, system, args).splitlines()[-1])
        )
    )
    return {
        "system": system,
        "seed": args.seed,
        "examples": args.num_examples,
        **line,
        "dev_accuracy": round(accuracy, 4),
    }


def measured(function):
    """What a call's processes took, and what it gave."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    result = function()
    seconds = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    taken = {"seconds": round(seconds, 1), "cpu_seconds": round(cpu, 1)}
    return taken, result


def start_ours(python, args):
    model_dir = args.folder / f"ours-{args.seed}"
    finish(
        [
            *(python, "-m", "official_runs.run_classifier", "--task=sst2"),
            f"--input_data_dir={args.folder}",
            f"--init_checkpoint={args.bert_folder}",
            f"--max_seq_length={LENGTH}",
            f"--train_batch_size={BATCH}",
            f"--learning_rate={LEARNING_RATE}",
            "--num_train_epochs=1",
            f"--seed={args.seed}",
            f"--model_dir={model_dir}",
        ]
    )
    scores = json.loads((model_dir / "scores.json").read_text())
    return scores["accuracy"]["mean"]


def hugging_face(args):
    """Hugging Face's recipe for GLUE."""
    import numpy as np
    import transformers

    transformers.set_seed(args.seed)
    tokenizer = transformers.AutoTokenizer.from_pretrained(args.bert_folder)

    def examples(name):
        with open(args.folder / name) as file:
            rows = list(csv.reader(file, delimiter="\t", quoting=3))[1:]
        ids = tokenizer(
            [row[0] for row in rows], truncation=True, max_length=LENGTH
        )
        return [
            {"input_ids": i, "attention_mask": m, "label": int(row[1])}
            for i, m, row in zip(
                ids["input_ids"], ids["attention_mask"], rows, strict=True
            )
        ]

    trainer = hugging_face_trainer.trainer(
        transformers.AutoModelForSequenceClassification.from_pretrained(
            args.bert_folder, num_labels=2
        ),
        tokenizer,
        examples("train.tsv"),
        args.folder / "hugging_face",
        BATCH,
        LEARNING_RATE,
        seed=args.seed,
        eval_dataset=examples("dev.tsv"),
        compute_metrics=lambda x: {
            "accuracy": np.mean(x.predictions.argmax(-1) == x.label_ids)
        },
    )
    trainer.train()
    print(json.dumps(float(trainer.evaluate()["eval_accuracy"])))


def garden(args):
    """tf-models-official's program, with the score that it logs."""
    from absl import app, flags
    from official.legacy.bert import run_classifier

    def main(_):
        run_bert_classifier = run_classifier.run_bert_classifier

        def recorded(*arguments, **named):
            model, stats = run_bert_classifier(*arguments, **named)
            print(json.dumps(float(stats["eval_metrics"])), flush=True)
            return model, stats

        run_classifier.run_bert_classifier = recorded
        run_classifier.custom_main()

    app.run(
        main,
        argv=[
            "run_classifier",
            "--mode=train_and_eval",
            f"--input_meta_data_path={args.folder}/meta_data",
            f"--train_data_path={args.folder}/train.tfrecord",
            f"--eval_data_path={args.folder}/dev.tfrecord",
            f"--bert_config_file={args.bert_folder}/config.json",
            f"--init_checkpoint={args.folder}/garden_checkpoint",
            f"--train_batch_size={BATCH}",
            f"--eval_batch_size={BATCH}",
            "--steps_per_loop=100",
            f"--learning_rate={LEARNING_RATE}",
            "--num_train_epochs=1",
            "--distribution_strategy=one_device",
            "--num_gpus=0",
            f"--model_dir={args.folder}/garden-{args.seed}",
        ],
        flags_parser=lambda argv: flags.FLAGS(argv, known_only=True),
    )


def garden_checkpoint(args):
    """Writes the weights as tf-models-official reads them."""
    import tensorflow as tf
    from official.legacy.bert import bert_models, configs
    from safetensors import numpy as safetensors

    config = configs.BertConfig.from_json_file(
        f"{args.bert_folder}/config.json"
    )
    encoder = bert_models.get_transformer_encoder(config)
    source = safetensors.load_file(f"{args.bert_folder}/model.safetensors")
    for weight in encoder.weights:
        name = garden_name(weight.name.split(":")[0])
        value = source[name]
        if name.endswith("weight") and "/kernel" in weight.name:
            value = value.T
        weight.assign(value.reshape(weight.shape))
    tf.train.Checkpoint(encoder=encoder).write(
        str(args.folder / "garden_checkpoint")
    )


def garden_name(name):
    """Hugging Face's name of a weight of tf-models-official."""
    for theirs, ours in {
        "word_embeddings/embeddings": "embeddings.word_embeddings.weight",
        "position_embedding/embeddings": (
            "embeddings.position_embeddings.weight"
        ),
        "type_embeddings/embeddings": "embeddings.token_type_embeddings.weight",
        "embeddings/layer_norm": "embeddings.LayerNorm",
        "transformer/layer_": "encoder.layer.",
        "/self_attention/query": ".attention.self.query",
        "/self_attention/key": ".attention.self.key",
        "/self_attention/value": ".attention.self.value",
        "/self_attention/attention_output": ".attention.output.dense",
        "/self_attention_layer_norm": ".attention.output.LayerNorm",
        "/intermediate": ".intermediate.dense",
        "/output_layer_norm": ".output.LayerNorm",
        "/output": ".output.dense",
        "pooler_transform": "pooler.dense",
        "/kernel": ".weight",
        "/gamma": ".weight",
        "/bias": ".bias",
        "/beta": ".bias",
    }.items():
        name = name.replace(theirs, ours)
    return name


if __name__ == "__main__":
    main()
