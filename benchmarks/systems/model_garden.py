"""tf-models-official's encoder and pretrainer in its trainer's kind of step."""

import tensorflow as tf
import tf_keras
from official.nlp.modeling import models, networks

POLICIES = {"fp32": "float32", "bf16": "mixed_bfloat16"}


def training_step(
    vocab_size, layers, hidden, heads, inner, batch, *, dtype, xla
):
    ids, positions, labels = map(tf.constant, batch)
    tf_keras.mixed_precision.set_global_policy(POLICIES[dtype])
    encoder = networks.BertEncoder(
        vocab_size=vocab_size,
        hidden_size=hidden,
        num_layers=layers,
        num_attention_heads=heads,
        inner_dim=inner,
        max_sequence_length=512,
        type_vocab_size=2,
    )
    model = models.BertPretrainerV2(encoder_network=encoder)
    optimizer = tf_keras.optimizers.AdamW(1e-4)
    features = {
        "input_word_ids": ids,
        "input_mask": tf.ones_like(ids),
        "input_type_ids": tf.zeros_like(ids),
        "masked_lm_positions": positions,
    }

    @tf.function(jit_compile=xla)
    def step():
        with tf.GradientTape() as tape:
            logits = model(features, training=True)["mlm_logits"]
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(
                labels, tf.cast(logits, tf.float32)
            )
            loss = tf.reduce_mean(losses)
        variables = model.trainable_variables
        gradients = tape.gradient(loss, variables)
        optimizer.apply_gradients(
            (gradient, variable)
            for gradient, variable in zip(gradients, variables, strict=True)
            if gradient is not None
        )
        return loss

    return lambda: step().numpy()
