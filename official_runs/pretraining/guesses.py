"""Guesses the words at [MASK]."""

import os

import tensorflow as tf

from nlp_modeling import checkpoints, files, layers, models, networks, text


def load_pretrainer(model_dir: str):
    """Loads the masked-LM model of a run, and its tokenizer.

    Raises:
        ValueError: If the folder is not that of a finished run.
    """
    encoder = os.path.join(model_dir, "encoder")
    checkpoint = checkpoints.newest_checkpoint(model_dir)
    if not checkpoint or not files.file_exists(f"{encoder}/config.json"):
        raise ValueError(
            "--model_dir must be the folder of a finished run of "
            "run_pretraining, with encoder/ and checkpoints/. Received: "
            f"{model_dir}."
        )
    model = models.BertPretrainer(
        networks.Encoder.from_preset(encoder),
        num_classes=None,
        activation=layers.approximate_gelu,
    )
    checkpoints.restore_from_run(model, checkpoint)
    return model, text.BertTokenizer.from_preset(encoder)


def top_tokens(model, tokenizer, sentence: str, count: int) -> list[str]:
    """Finds the most likely tokens at [MASK], the likeliest first.

    Raises:
        ValueError: If the sentence does not have exactly one [MASK], or has
            more tokens than the model has positions, or if the vocabulary has
            fewer than `count` tokens.
    """
    if count > tokenizer.vocab_size:
        raise ValueError(
            "--top must be at most the size of the vocabulary, "
            f"{tokenizer.vocab_size}. Received: top={count}."
        )
    parts = sentence.split("[MASK]")
    if len(parts) != 2:
        raise ValueError(
            f"A sentence must have one [MASK]. Received: {sentence!r}."
        )
    before, after = (tokenizer(part) for part in parts)
    position = 1 + len(before)
    ids = tf.concat(
        [
            [tokenizer.cls_id],
            before,
            [tokenizer.mask_id],
            after,
            [tokenizer.sep_id],
        ],
        axis=0,
    )[tf.newaxis]
    longest = model.network.get_config().get("max_sequence_length")
    if longest and ids.shape[1] > longest:
        raise ValueError(
            f"A sentence must have at most {longest} tokens, as the model. "
            f"Received: {ids.shape[1]} tokens in {sentence[:60]!r}."
        )
    positions = tf.constant([[position]])
    features = [ids, tf.ones_like(ids), tf.zeros_like(ids), positions]
    scores = model(features)["masked_lm"][0, 0]
    best = tf.math.top_k(scores, count).indices.numpy()
    return [tokenizer.vocabulary[index] for index in best]
