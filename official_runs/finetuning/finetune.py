"""Fine-tuning in a run's folder, whatever for."""

import functools
import math

import gin
import tensorflow as tf

from nlp_modeling import data, text, training
from official_runs.finetuned_model import read_task, save_finetuned
from official_runs.finetuning_task import FinetuningTask
from official_runs.fit import fit, make_step, set_up
from official_runs.predictions import make_prediction
from official_runs.pretrained import make_encoder, with_output_range


@gin.configurable
def run(
    folder: training.RunFolder,
    task: FinetuningTask,
    tokenizer: text.BertTokenizer,
    evaluates: bool,
    *,
    train_batch_size: int,
    length_multiple: int | None,
    network,
    init_checkpoint: str | None,
    seed: int,
    accept_changed_settings: bool = False,
) -> None:
    """Fine-tunes an encoder, and leaves the best model in the folder.

    To be called in the scope of the strategy.

    Args:
        folder: The run's.
        task: What the encoder is fine-tuned for.
        tokenizer: The encoder's.
        evaluates: Whether to measure, and keep the best; else the last is kept.
        train_batch_size: Examples of a step, over all replicas.
        length_multiple: See `data.training_batches`.
        network: Makes the encoder, where `init_checkpoint` does not say what it
            is.
        init_checkpoint: See `make_encoder`.
        seed: Decides the order of examples.
        accept_changed_settings: See `fit`.

    Raises:
        ValueError: If something does not fit something else.
    """
    set_up()
    encoder = make_encoder(
        network, init_checkpoint, tokenizer.vocab_size, task.sequence_length
    )
    if task.reads_pooled_output:
        encoder = with_output_range(encoder, 1)
    encoder.pooler_layer.trainable = task.reads_pooled_output
    model = task.make_model(encoder)
    step = make_step(model, task.losses())

    def batches(first_step, context):
        return data.training_batches(
            task.records["train"],
            task.features["train"],
            train_batch_size,
            sequence_length=task.sequence_length,
            seed=seed,
            start_step=first_step,
            length_multiple=length_multiple,
            input_context=context,
        ).map(task.labeled)

    _require_fit(next(iter(batches(0, None))), tokenizer, task)
    description = {**task.description(), "seed": seed}
    save = functools.partial(_save, folder, model, tokenizer, description)
    fit(
        folder,
        step,
        batches,
        _evaluation(folder, task, model, save) if evaluates else None,
        accept_changed_settings,
    )
    if not evaluates:
        save({})


def _require_fit(features, tokenizer, task):
    """Looks at one batch, so that records of something else end the run."""
    for name, count in {
        "input_word_ids": tokenizer.vocab_size,
        "label_ids": len(task.labels),
    }.items():
        if count and name in features:
            largest = int(tf.reduce_max(features[name]))
            if largest >= count:
                raise ValueError(
                    f"Records must be of this vocabulary and these labels: "
                    f"{name} below {count}. Received: {largest}, in "
                    f"{task.records['train']}."
                )


def _save(folder, model, tokenizer, description, scores):
    if folder.writes:
        task = {**description, "scores": scores}
        save_finetuned(folder.path, model, tokenizer, task)


def _evaluation(folder, task, model, save):
    """A function that measures the model, and saves it if it is the best."""
    predict = make_prediction(model, task, "eval")

    def evaluate():
        predictions = task.collect("eval", predict())
        scores = task.scores("eval", predictions)
        best = (read_task(folder.path) or {}).get("scores", {})
        if scores[task.metric] > best.get(task.metric, -math.inf):
            if folder.writes:
                task.write_predictions("eval", predictions, folder.path)
            save(scores)
        return scores

    return evaluate
