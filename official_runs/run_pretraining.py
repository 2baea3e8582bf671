r"""Pretrains BERT on masked words and, with pairs, next sentences.

  python -m official_runs.run_pretraining \
    --gin_file=networks/bert_tiny.gin \
    --input_files='/data/pretraining/*.tfrecord' \
    --vocab_file=/data/vocab.txt \
    --model_dir=/tmp/bert_tiny

Settings stand in official_runs/gin/runs/pretraining.gin; gin files, parameters
and flags change them. The run's folder gets checkpoints/, summaries/,
metrics.jsonl, config.gin and, at the end, encoder/. The same command goes on
where a run was stopped.
"""

import functools
import math
import os

import gin
import keras
import tensorflow as tf
from absl import flags

from nlp_modeling import (
    checkpoints,
    data,
    layers,
    losses,
    models,
    text,
    training,
)
from official_runs import (
    configurables,  # noqa: F401
    distribution_flags,
    training_flags,
)
from official_runs.fit import fit, open_folder, set_up
from official_runs.pretraining_records import holds_masks, records_of
from official_runs.run_program import run_program
from official_runs.settings import parse_settings

flags.DEFINE_list(
    "input_files",
    None,
    "TFRecord files of pretraining examples, or .txt files; globs.",
)
flags.DEFINE_list("eval_files", None, "The same, to evaluate on.")
flags.DEFINE_integer(
    "max_predictions_per_seq", None, "Most masked tokens of an example."
)
flags.DEFINE_bool(
    "use_next_sentence_label", None, "Whether to predict next sentences too."
)
flags.DEFINE_integer("num_train_steps", None, "The end of training.")
flags.DEFINE_integer("num_steps_per_epoch", None, "Instead: steps an epoch, ")
flags.DEFINE_integer("num_train_epochs", None, "and epochs.", lower_bound=1)

SPELLINGS = {
    **training_flags.SPELLINGS,
    "input_files": "run.train_files",
    "eval_files": "run.eval_files",
    "max_predictions_per_seq": "run.max_predictions",
    "use_next_sentence_label": "run.next_sentence",
    "num_train_steps": "NUM_TRAIN_STEPS",
}
_CROSS_ENTROPY = (
    losses.weighted_sparse_categorical_crossentropy_per_example_loss
)
_ACCURACY = keras.metrics.sparse_categorical_accuracy


@gin.configurable
def run(
    model_dir: str,
    *,
    train_files: list[str],
    eval_files: list[str] | None,
    vocab_file: str,
    lower_case: bool,
    sequence_length: int,
    max_predictions: int,
    next_sentence: bool,
    train_batch_size: int,
    eval_batch_size: int,
    length_multiple: int | None,
    network,
    init_checkpoint: str | None,
    optimizer: keras.optimizers.Optimizer,
    train_step,
    schedule: training.Schedule,
    dtype: str,
    loss_scale: str | float,
    seed: int,
    accept_changed_settings: bool = False,
) -> None:
    """Pretrains a network, and leaves it in `model_dir`/encoder.

    To be called in the scope of the strategy.

    Args:
        model_dir: The run's folder.
        train_files: Paths or globs of TFRecord or text files.
        eval_files: The same, to evaluate on.
        vocab_file: The vocabulary of the records.
        lower_case: Whether the vocabulary is uncased.
        sequence_length: Of an example, in tokens.
        max_predictions: Most masked tokens of an example.
        next_sentence: Whether to predict next sentences too.
        train_batch_size: Examples of a step, over all replicas.
        eval_batch_size: The same, in evaluation.
        length_multiple: See `data.training_batches`.
        network: Makes the encoder; takes `vocab_size`.
        init_checkpoint: Where the first weights come from, if not from chance.
        optimizer: Moves them.
        train_step: Makes the step, as `training.TrainStep`.
        schedule: When to report, save, evaluate and end.
        dtype: See `training.set_precision`.
        loss_scale: See `training.scaled`.
        seed: Decides the first weights, the order of examples and masks.
        accept_changed_settings: See `fit`.

    Raises:
        ValueError: If something does not fit something else.
    """
    folder = open_folder(model_dir)
    tokenizer = text.BertTokenizer(vocab_file, lower_case=lower_case)
    make_records = functools.partial(
        records_of,
        folder=folder,
        tokenizer=tokenizer,
        sequence_length=sequence_length,
        next_sentence=next_sentence,
    )
    train_files = make_records(train_files, name="train")
    reading = {
        "sequence_length": sequence_length,
        "max_predictions": max_predictions,
        "seed": seed,
        "length_multiple": length_multiple,
    }
    read_train = functools.partial(
        data.training_batches,
        train_files,
        batch_size=train_batch_size,
        **_features(train_files, tokenizer, max_predictions, next_sentence),
        **reading,
    )
    _require_fit(train_files, read_train, tokenizer, sequence_length)

    set_up(dtype, seed)
    model = models.BertPretrainer(
        network(vocab_size=tokenizer.vocab_size),
        num_classes=2 if next_sentence else None,
        activation=layers.approximate_gelu,
        initializer=keras.initializers.TruncatedNormal(0.02),
    )
    # Without next sentences, nothing reads what the pooler makes.
    model.network.pooler_layer.trainable = next_sentence
    if init_checkpoint:
        _initialize(model, init_checkpoint)

    measures = _measures(next_sentence)
    step = train_step(
        model,
        {name: m for name, m in measures.items() if name.endswith("loss")},
        training.scaled(optimizer, dtype, loss_scale),
        counts={"tokens": "input_mask"},
    )
    evaluate = None
    if eval_files:
        eval_files = make_records(eval_files, name="eval")
        evaluation = training.Evaluation(
            model,
            measures,
            lambda context: data.evaluation_batches(
                eval_files,
                batch_size=eval_batch_size,
                **_features(
                    eval_files, tokenizer, max_predictions, next_sentence
                ),
                **reading,
                input_context=context,
            ),
        )

        def evaluate():
            means = evaluation()
            return means | {"perplexity": math.exp(means["masked_lm_loss"])}

    fit(
        folder,
        step,
        lambda first, context: read_train(
            start_step=first, input_context=context
        ),
        schedule,
        evaluate,
        accept_changed_settings,
    )
    if folder.writes:
        preset = os.path.join(model_dir, "encoder")
        with data.whole_output(preset, overwrite=True) as partial:
            model.network.save_to_preset(partial)
            tokenizer.save_to_preset(partial)


def _features(files, tokenizer, max_predictions, next_sentence):
    """What records hold, and what masks them if they are not masked."""
    masked = holds_masks(files)
    kind = data.features.PRETRAINING if masked else data.features.UNMASKED
    masking = None
    if not masked:
        masking = gin.get_configurable(text.MaskedLMMaskGenerator)(
            tokenizer, max_predictions=max_predictions
        )
    label = data.features.NEXT_SENTENCE_LABELS
    return {
        "features": tuple(f for f in kind if next_sentence or f != label),
        "masking": masking,
    }


def _require_fit(files, read, tokenizer, sequence_length):
    """Reads a batch, so that records that do not fit end the run here."""
    ids = data.evaluation_batches(
        files,
        (data.features.INPUT_WORD_IDS,),
        1024,
        sequence_length=sequence_length,
    )
    largest = int(tf.reduce_max(next(iter(ids))["input_word_ids"]))
    if largest >= tokenizer.vocab_size:
        raise ValueError(
            "--vocab_file must be the vocabulary of the records. Received: "
            f"{tokenizer.vocab_size} entries, and an id of {largest}."
        )
    next(iter(read()))


def _measures(next_sentence):
    labels = {"labels": "masked_lm_ids", "weights": "masked_lm_weights"}
    measures = {
        "masked_lm_loss": training.Measure(
            _CROSS_ENTROPY, predictions="masked_lm", **labels
        ),
        "masked_lm_accuracy": training.Measure(
            _ACCURACY, predictions="masked_lm", **labels
        ),
    }
    if next_sentence:
        labels = {"labels": "next_sentence_labels"}
        measures["next_sentence_loss"] = training.Measure(
            _CROSS_ENTROPY, predictions="classification", **labels
        )
        measures["next_sentence_accuracy"] = training.Measure(
            _ACCURACY, predictions="classification", **labels
        )
    return measures


def _initialize(model, source):
    """Takes the heads too, where they are."""
    checkpoint = checkpoints.newest_checkpoint(source)
    if checkpoint and checkpoints.is_of_a_run(checkpoint):
        checkpoints.restore_from_run(model, checkpoint)
    else:
        checkpoints.restore_encoder(model.network, source)


def main():
    flag = flags.FLAGS
    spellings = dict(SPELLINGS)
    if flag.num_steps_per_epoch and not flag.num_train_steps:
        epochs = flag.num_train_epochs or 1
        flag.num_train_steps = flag.num_steps_per_epoch * epochs
    parse_settings("runs/pretraining.gin", spellings)
    with distribution_flags.strategy_from_flags().scope():
        run(
            training_flags.MODEL_DIR.value,
            accept_changed_settings=training_flags.ACCEPT_CHANGED_SETTINGS.value,
        )


if __name__ == "__main__":
    run_program(main)
