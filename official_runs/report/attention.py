"""Finds where the words of a text look."""

import numpy as np
from keras import ops

from nlp_modeling import models


def last_attention(
    fill: models.MaskFiller, text: str
) -> tuple[list[str], np.ndarray]:
    """Finds where the words of a text look, in the last layer.

    Args:
        fill: Has the model and its tokenizer.
        text: With [MASK] or without.

    Returns:
        The S word pieces, and float32 [N, S, S] for N heads.
    """
    tokenizer, network = fill.tokenizer, fill.pretrainer.network
    (pieces,) = tokenizer.encode([text])
    pieces = [tokenizer.cls_id, *pieces, tokenizer.sep_id]
    ids = np.array([pieces], "int32")
    features = {
        "input_word_ids": ids,
        "input_mask": np.ones_like(ids),
        "input_type_ids": np.zeros_like(ids),
    }
    *_, before, _ = (
        network.embed(features)[0],
        *network(features)["encoder_outputs"],
    )
    block = network.transformer_layers[-1]
    if block.norm_first:
        before = block.attention_norm(before)
    (shares,) = ops.convert_to_numpy(block.attention.probabilities(before))
    return [tokenizer.vocabulary[piece] for piece in pieces], shares
