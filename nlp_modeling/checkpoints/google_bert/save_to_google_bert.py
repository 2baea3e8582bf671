"""Writes a model as a checkpoint of google-research/bert."""

import json
import os

from nlp_modeling import files
from nlp_modeling.checkpoints.google_bert.google_name import google_name
from nlp_modeling.checkpoints.google_bert.read_checkpoint import (
    CHECKPOINT,
    CONFIG,
)
from nlp_modeling.checkpoints.hugging_face.bert import BERT
from nlp_modeling.checkpoints.hugging_face.save_to_hugging_face import describe

# What bert_config.json has; everything else is Hugging Face's own.
_KEYS = {*BERT.defaults, "initializer_range"} - {"layer_norm_eps"}


def save_to_google_bert(model, folder, preprocessor=None) -> None:
    """Writes a model or an encoder as google-research/bert reads it.

    The files are `bert_config.json`, the TensorFlow 1 checkpoint
    `bert_model.ckpt`, and `vocab.txt` if the model has a preprocessor.

    Args:
        model: A `TransformerEncoder`, or one of `models` on it.
        folder: The path to write to.
        preprocessor: Whose vocabulary to write; None for the model's.

    Raises:
        ImportError: If TensorFlow is not installed.
        ValueError: If google-research/bert has no place for a weight, or does
            not compute what the model does.
    """
    preprocessor = preprocessor or getattr(model, "preprocessor", None)
    tokenizer = getattr(preprocessor, "tokenizer", None)
    config, weights = describe(model, tokenizer)
    if config["model_type"] != BERT.model_type:
        raise ValueError(
            "google-research/bert has the encoder of BERT alone. "
            f"Received: {config['model_type']!r}."
        )
    if config["layer_norm_eps"] != BERT.defaults["layer_norm_eps"]:
        raise ValueError(
            "google-research/bert has the `norm_epsilon` 1e-12 alone. "
            f"Received: norm_epsilon={config['layer_norm_eps']}."
        )
    # It has the tanh approximation, and calls it "gelu".
    if config["hidden_act"] == "gelu":
        raise ValueError(
            "google-research/bert has `approximate_gelu`, not the exact one. "
            f"Received: hidden_act={config['hidden_act']!r}."
        )
    config = {"initializer_range": 0.02, **config}
    config = {key: config[key] for key in sorted(_KEYS)}
    if config["hidden_act"] == "gelu_new":
        config["hidden_act"] = "gelu"
    is_model = any(name.startswith(BERT.prefix) for name in weights)
    prefix = "" if is_model else BERT.prefix
    named = {}
    for name, value in weights.items():
        theirs = google_name(prefix + name)
        named[theirs] = value.T if theirs.endswith("kernel") else value
    files.make_folder(folder)
    text = json.dumps(config, indent=2) + "\n"
    files.replace_file(os.path.join(folder, CONFIG), text)
    _save(named, os.path.join(folder, CHECKPOINT))
    if tokenizer is not None:
        words = "".join(f"{x}\n" for x in tokenizer.vocabulary)
        files.replace_file(os.path.join(folder, "vocab.txt"), words)


def _save(weights, path):
    """Writes arrays as variables of TensorFlow 1."""
    import tensorflow as tf

    with tf.Graph().as_default():
        tf1 = tf.compat.v1
        variables = {
            name: tf1.get_variable(name, value.shape, tf.float32)
            for name, value in weights.items()
        }
        with tf1.Session() as session:
            for name, variable in variables.items():
                variable.load(weights[name], session)
            tf1.train.Saver(variables).save(
                session, path, write_meta_graph=False, write_state=False
            )
