"""Trains a tiny pretrainer for twenty steps, in processes of its own.

TensorFlow divides a processor, and joins workers, only before its first use, so
every way to spread a step over devices needs a process that begins with it.

The batches are hard on purpose: of the second half of each, which the second
replica gets, almost nothing is masked, in some steps nothing, once nowhere. Of
packed rows, those of the first half have three sequences, the others have one.
"""

import concurrent.futures
import dataclasses
import functools
import json
import os
import socket

import numpy as np

from tests import nursery

STEPS = 20
CLIP_NORM = 1.0
_ROWS, _LENGTH, _PREDICTIONS, _WORDS = 8, 16, 4, 50
_STARTS = [0, 3, 9]  # of the sequences of a packed row


@dataclasses.dataclass(frozen=True)
class Case:
    """What may differ between two runs; `repetition` only names one."""

    strategy: str = "one_device"
    dtype: str = "fp32"
    optimizer: str = "AdamW"
    accumulation_steps: int = 1
    dropout: float = 0.0
    seed: int = 0
    steps: int = STEPS
    steps_per_loop: int = 1
    checkpoint_interval: int = 1000
    repetition: int = 0
    packed: bool = False

    @property
    def name(self):
        return "-".join(map(str, dataclasses.astuple(self)))


def run(cases, folder, num_processes=2):
    """Takes the steps of every case, and gives the folder."""
    workers = [c for c in cases if c.strategy == "multi_worker_mirrored"]
    local = [c for c in cases if c not in workers]
    parts = [local[i::num_processes] for i in range(num_processes)]
    _train_at_once([(folder, part) for part in parts if part])
    if workers:
        hosts = free_hosts(2)
        _train_at_once([(folder, workers, hosts, i) for i in range(2)])
    return folder


def _train_at_once(arguments):
    """Trains in a process for each of the arguments."""
    with concurrent.futures.ThreadPoolExecutor() as threads:
        calls = [threads.submit(nursery.call, train_all, *x) for x in arguments]
        for each in calls:
            each.result()


def free_hosts(count):
    """Addresses of this machine that nobody listens at."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("localhost", 0))
    hosts = [f"localhost:{each.getsockname()[1]}" for each in sockets]
    for each in sockets:
        each.close()
    return ",".join(hosts)


def numbers(folder, case, worker=0):
    """What was logged: dict of float [STEPS / steps_per_loop] by name."""
    with open(os.path.join(folder, case.name, f"{worker}.jsonl")) as file:
        rows = [json.loads(line) for line in file]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def weights(folder, case, worker=0):
    """The weights at the end: dict of arrays by path."""
    return dict(np.load(os.path.join(folder, case.name, f"{worker}.npz")))


def _features(packed):
    """Arrays [STEPS, B, ...] by name."""
    rng = np.random.default_rng(0)
    tokens = (STEPS, _ROWS, _LENGTH)
    predictions = (STEPS, _ROWS, _PREDICTIONS)
    weights = (rng.random(predictions) < 0.8).astype("float32")
    weights[:, _ROWS // 2 :] = 0
    weights[::2, _ROWS // 2, 0] = 1
    weights[3] = 0
    features = {
        "input_word_ids": rng.integers(0, _WORDS, tokens, "int32"),
        "input_mask": (rng.random(tokens) < 0.9).astype("int32"),
        "input_type_ids": rng.integers(0, 2, tokens, "int32"),
        "masked_lm_positions": rng.integers(0, _LENGTH, predictions, "int32"),
        "masked_lm_ids": rng.integers(0, _WORDS, predictions, "int32"),
        "masked_lm_weights": weights,
        "next_sentence_labels": rng.integers(0, 2, tokens[:2], "int32"),
    }
    if packed:
        starts = np.tile(np.array(_STARTS, "int32"), (*tokens[:2], 1))
        weights = np.ones(starts.shape, "float32")
        weights[:, _ROWS // 2 :, 1:] = 0
        begins = np.zeros(tokens, "int32")
        begins[..., _STARTS] = weights
        features |= {
            "sequence_starts": starts,
            "sequence_ids": begins.cumsum(-1) * features["input_mask"],
            "next_sentence_labels": rng.integers(0, 2, starts.shape, "int32"),
            "next_sentence_weights": weights,
        }
    return features


def _batches(packed, start, context):
    import tensorflow as tf

    replicas = context.num_replicas_in_sync
    count = replicas // context.num_input_pipelines
    first = context.input_pipeline_id * count
    rows = _ROWS // replicas
    elements = {}
    for name, array in _features(packed).items():
        array = array.reshape(STEPS, replicas, rows, *array.shape[2:])
        array = array[:, first : first + count]
        elements[name] = array.reshape(-1, rows, *array.shape[3:])
    batches = tf.data.Dataset.from_tensor_slices(elements).repeat()
    return batches.skip(start * count)


def _pretrainer(case):
    import keras

    from nlp_modeling import layers, models, networks, training

    keras.utils.set_random_seed(1)
    training.set_precision(case.dtype)
    network = networks.TransformerEncoder(
        _WORDS,
        hidden_size=16,
        num_layers=1,
        num_attention_heads=2,
        sequence_length=_LENGTH,
        intermediate_size=32,
        dropout_rate=case.dropout,
        attention_dropout_rate=case.dropout,
    )
    return models.BertPretrainer(
        network,
        activation=layers.approximate_gelu,
        num_sequences=len(_STARTS) if case.packed else None,
    )


def _train_step(model, case):
    from nlp_modeling import losses, optimization, training

    loss = losses.weighted_sparse_categorical_crossentropy_per_example_loss
    masked_lm = training.Measure(
        loss, "masked_lm_ids", "masked_lm", "masked_lm_weights"
    )
    next_sentence = training.Measure(
        loss,
        "next_sentence_labels",
        "classification",
        "next_sentence_weights" if case.packed else None,
    )
    optimizer = getattr(optimization, case.optimizer)(1e-3)
    return training.TrainStep(
        model,
        [
            training.Objective("masked_lm", masked_lm),
            training.Objective("next_sentence", next_sentence),
        ],
        training.scaled(optimizer, case.dtype),
        accumulation_steps=case.accumulation_steps,
        clip_norm=CLIP_NORM,
        counts={"masked": "masked_lm_weights"},
        seed=case.seed,
    )


def train(case, strategy, folder, worker=0):
    """Trains until the end, from where `folder` stands."""
    from nlp_modeling import training

    with strategy.scope():
        model = _pretrainer(case)
        step = _train_step(model, case)
        rows = []

        def report(step, part, values):
            if part == "train":
                rows.append(values)

        with training.RunFolder(folder, writes=worker == 0) as run:
            checkpoints = training.Checkpoints(
                run.checkpoints, model, step.optimizer, writes=worker == 0
            )
            run.continue_from(checkpoints.restore())
            training.train(
                step,
                functools.partial(_batches, case.packed),
                training.Schedule(
                    case.steps, case.steps_per_loop, case.checkpoint_interval
                ),
                run,
                checkpoints,
                report=report,
            )
    with open(os.path.join(folder, f"{worker}.jsonl"), "w") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    np.savez(
        os.path.join(folder, f"{worker}.npz"),
        **{weight.path: weight.value.numpy() for weight in model.weights},
    )


def train_all(folder, cases, hosts=None, index=0):
    """Takes the steps of these cases."""
    from nlp_modeling import training

    strategies = {}  # Workers are joined once.
    for case in cases:
        if case.strategy == "multi_worker_mirrored":
            devices = {"worker_hosts": hosts, "task_index": index}
        else:
            devices = {"num_logical_cpus": 2}
        if case.strategy not in strategies:
            strategies[case.strategy] = training.make_strategy(
                case.strategy, **devices
            )
        strategy = strategies[case.strategy]
        train(case, strategy, os.path.join(folder, case.name), index)
