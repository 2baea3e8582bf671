"""Our encoder and masked-LM head, trained by Keras on any backend."""

import keras
import numpy as np

import nlp_modeling as modeling

POLICIES = {"fp32": "float32", "bf16": "mixed_bfloat16"}


def pretrainer(vocab_size, layers, hidden, heads, inner, batch, dtype):
    """Masked words alone; the pooler, which nothing trains, stays as it is."""
    network = modeling.networks.TransformerEncoder(
        vocab_size,
        hidden_size=hidden,
        num_layers=layers,
        num_attention_heads=heads,
        intermediate_size=inner,
        sequence_length=batch[0].shape[1],
        max_sequence_length=512,
        type_vocab_size=2,
        dtype=POLICIES[dtype],
    )
    network.pooler_layer.trainable = False
    return modeling.models.BertPretrainer(
        network,
        num_classes=None,
        num_token_predictions=batch[1].shape[1],
        activation=modeling.layers.approximate_gelu,
    )


def training_step(
    vocab_size, layers, hidden, heads, inner, batch, *, dtype, xla
):
    ids, positions, labels = batch
    model = pretrainer(vocab_size, layers, hidden, heads, inner, batch, dtype)
    loss = modeling.losses.weighted_sparse_categorical_crossentropy_loss
    model.compile(
        keras.optimizers.AdamW(1e-4),
        loss={"masked_lm": loss},
        jit_compile="auto" if keras.backend.backend() == "jax" else xla,
    )
    features = {
        "input_word_ids": ids,
        "input_mask": np.ones_like(ids),
        "input_type_ids": np.zeros_like(ids),
        "masked_lm_positions": positions,
    }
    return lambda: model.train_on_batch(features, {"masked_lm": labels})
