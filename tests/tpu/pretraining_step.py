"""The step of pretraining that every replica of a TPU runs."""

import keras
import tensorflow as tf
from tensorflow.compiler.tf2xla.ops import gen_xla_ops

from nlp_modeling import data, losses, models, networks, optimization, training
from nlp_modeling.training.on_tensorflow import train_step

SIZES = {  # layers, hidden, heads, inner
    "tiny": (2, 128, 2, 512),
    "base": (12, 768, 12, 3072),
    "large": (24, 1024, 16, 4096),
}
MASKED = {128: 20, 512: 76}  # Predictions of a sequence, as BERT has them.


def pretraining_step(
    size: str,
    length: int,
    batch: int,
    optimizer=optimization.AdamW,
    accumulation_steps: int = 1,
    replicas: int = 1,
    masked_lm_loss=None,
    packed: bool = False,
):
    """A step of pretraining in bfloat16, and its signature.

    Args:
        size: Of the network.
        length: Of a sequence, in tokens.
        batch: Sequences of a replica.
        optimizer: Its class.
        accumulation_steps: Slices of the batch.
        replicas: Over how many gradients are summed.
        masked_lm_loss: In place of the cross entropy.
        packed: Whether a ModernBERT, in place of BERT, reads packed rows.
    """
    keras.config.set_dtype_policy("mixed_bfloat16")
    loss = losses.weighted_sparse_categorical_crossentropy_per_example_loss
    model = _pretrainer(*SIZES[size], length, packed)
    masked_lm = training.Measure(
        masked_lm_loss or loss,
        labels="masked_lm_ids",
        predictions="masked_lm",
        weights="masked_lm_weights",
    )
    next_sentence = training.Measure(
        loss,
        labels="next_sentence_labels",
        predictions="classification",
        weights="next_sentence_weights",
    )
    step = training.TrainStep(
        model,
        [
            training.Objective("masked_lm", masked_lm),
            training.Objective("next_sentence", next_sentence),
        ],
        optimizer(
            optimization.LinearWarmup(
                keras.optimizers.schedules.PolynomialDecay(
                    1e-4, 1_000_000, 0.0
                ),
                warmup_steps=10_000,
            )
        ),
        accumulation_steps=accumulation_steps,
        clip_norm=1.0,
    )
    tokens = tf.TensorSpec((batch, length), tf.int32)
    masked = tf.TensorSpec((batch, MASKED[length]), tf.int32)
    features = {
        "input_word_ids": tokens,
        "input_mask": tokens,
        "input_type_ids": tokens,
        "masked_lm_positions": masked,
        "masked_lm_ids": masked,
        "masked_lm_weights": tf.TensorSpec(masked.shape, tf.float32),
        "next_sentence_labels": tf.TensorSpec((batch,), tf.int32),
        "next_sentence_weights": tf.TensorSpec((batch,), tf.float32),
    }
    if packed:
        sequences = (batch, data.most_sequences(length))
        features |= {
            "sequence_ids": tokens,
            "sequence_starts": tf.TensorSpec(sequences, tf.int32),
            "next_sentence_labels": tf.TensorSpec(sequences, tf.int32),
            "next_sentence_weights": tf.TensorSpec(sequences, tf.float32),
        }

    def function(*tensors):
        *tensors, number = tensors
        with _Replicas(replicas):
            return step(dict(zip(features, tensors, strict=True)), number)

    return function, (*features.values(), tf.TensorSpec((), tf.int64))


def _pretrainer(layers, hidden, heads, inner, length, packed):
    sizes = {
        "hidden_size": hidden,
        "num_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "sequence_length": length,
    }
    if packed:
        network = networks.ModernBertEncoder(30_522, **sizes)
    else:
        network = networks.TransformerEncoder(
            30_522, max_sequence_length=512, type_vocab_size=2, **sizes
        )
    return models.BertPretrainer(
        network,
        num_token_predictions=MASKED[length],
        num_sequences=data.most_sequences(length) if packed else None,
    )


class _Replicas:
    """Sums over replicas as TPUStrategy does, which needs a TPU to be made."""

    def __init__(self, count):
        self._group = [list(range(count))]

    def __enter__(self):
        self._sum = train_step._over_replicas
        train_step._over_replicas = lambda tensors: tf.nest.map_structure(
            lambda tensor: gen_xla_ops.xla_all_reduce(
                input=tensor,
                group_assignment=self._group,
                reduce_op="Add",
                mode="CrossReplica",
            ),
            tensors,
        )

    def __exit__(self, *exception):
        train_step._over_replicas = self._sum
