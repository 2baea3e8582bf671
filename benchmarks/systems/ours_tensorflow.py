"""Our encoder and masked-LM head in a plain TensorFlow step."""

import tensorflow as tf

from benchmarks.systems.ours_keras import pretrainer
from nlp_modeling import losses, optimization


def training_step(
    vocab_size, layers, hidden, heads, inner, batch, *, dtype, xla
):
    ids, positions, labels = batch
    model = pretrainer(vocab_size, layers, hidden, heads, inner, batch, dtype)
    optimizer = optimization.AdamW(1e-4)
    features = {
        "input_word_ids": tf.constant(ids),
        "input_mask": tf.ones_like(ids),
        "input_type_ids": tf.zeros_like(ids),
        "masked_lm_positions": tf.constant(positions),
    }
    labels = tf.constant(labels)

    @tf.function(jit_compile=xla)
    def step():
        with tf.GradientTape() as tape:
            logits = model(features, training=True)["masked_lm"]
            loss = losses.weighted_sparse_categorical_crossentropy_loss(
                labels, logits
            )
        variables = model.trainable_variables
        gradients = tape.gradient(loss, variables)
        optimizer.apply(gradients, variables)
        return loss

    return lambda: step().numpy()
