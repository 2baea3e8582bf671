"""keras-hub's BERT backbone and masked-LM head, trained by Keras."""

import keras
import keras_hub
import numpy as np

POLICIES = {"fp32": "float32", "bf16": "mixed_bfloat16"}


def training_step(
    vocab_size, layers, hidden, heads, inner, batch, *, dtype, xla
):
    ids, positions, labels = batch
    keras.mixed_precision.set_global_policy(POLICIES[dtype])
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=vocab_size,
        num_layers=layers,
        num_heads=heads,
        hidden_dim=hidden,
        intermediate_dim=inner,
        max_sequence_length=512,
    )
    head = keras_hub.layers.MaskedLMHead(
        vocabulary_size=vocab_size, token_embedding=backbone.token_embedding
    )
    mask_positions = keras.Input((None,), dtype="int32", name="mask_positions")
    sequence = backbone(backbone.input)["sequence_output"]
    model = keras.Model(
        {**backbone.input, "mask_positions": mask_positions},
        head(sequence, mask_positions=mask_positions),
    )
    model.compile(
        keras.optimizers.AdamW(1e-4),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile="auto" if keras.backend.backend() == "jax" else xla,
    )
    features = {
        "token_ids": ids,
        "padding_mask": np.ones_like(ids),
        "segment_ids": np.zeros_like(ids),
        "mask_positions": positions,
    }
    return lambda: model.train_on_batch(features, labels)
