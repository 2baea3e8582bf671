"""The encoder and the tokenizer that fine-tuning begins with."""

import json
import os

import gin
import keras
import tensorflow as tf

from nlp_modeling import checkpoints, data, text, training
from official_runs.library_docs_files import library_docs_folder


@gin.configurable
def load_tokenizer(
    folder: training.RunFolder,
    *,
    init_checkpoint: str | None,
    vocab_file: str | None,
    lower_case: bool | None,
    learned_size: int | None,
) -> text.BertTokenizer:
    """The tokenizer that an encoder was trained with.

    Args:
        folder: The run's.
        init_checkpoint: Where the encoder comes from, if not from chance.
        vocab_file: The vocabulary; None for the one beside the encoder.
        lower_case: Whether it is uncased; None for what stands beside it, and
            for true where nothing does.
        learned_size: Where there is no vocabulary, how many entries to learn
            from the documentation that is installed; None for an error.

    Raises:
        ValueError: If there is no vocabulary.
    """
    preset = preset_folder(init_checkpoint)
    if vocab_file is None and preset:
        vocab_file = os.path.join(preset, "vocab.txt")
    if vocab_file is None and learned_size and not init_checkpoint:
        vocab_file = _learned_vocabulary(folder, learned_size)
    if vocab_file is None:
        raise ValueError(
            "--vocab_file must name the encoder's vocabulary, where "
            "--init_checkpoint is no folder that has it. Received: "
            f"init_checkpoint={init_checkpoint}."
        )
    if lower_case is None:
        lower_case = _is_uncased(preset)
    return text.BertTokenizer(vocab_file, lower_case=lower_case)


def make_encoder(
    network, init_checkpoint: str | None, vocab_size: int, sequence_length: int
) -> keras.Model:
    """The encoder that fine-tuning begins with.

    Args:
        network: Makes it, given `vocab_size`, where `init_checkpoint` does not
            say what it is.
        init_checkpoint: A preset, a BERT folder of Hugging Face, a run's folder
            or a Model Garden checkpoint; None for weights from chance.
        vocab_size: Of the tokenizer.
        sequence_length: The most tokens that it will read.

    Raises:
        ValueError: If the encoder is not there, knows fewer words, or reads
            fewer tokens.
    """
    folder = preset_folder(init_checkpoint)
    if folder:
        encoder = gin.get_configurable(checkpoints.load_encoder)(folder)
    else:
        encoder = network(vocab_size=vocab_size)
    known = encoder.get_embedding_layer().vocab_size
    if known < vocab_size:
        raise ValueError(
            "The vocabulary must not be larger than the encoder's. Received: "
            f"{vocab_size} entries, the encoder's={known}."
        )
    _require_length(encoder, sequence_length)
    if init_checkpoint and not folder:
        checkpoints.restore_encoder(encoder, init_checkpoint)
    return encoder


def _require_length(encoder, length):
    longest = encoder.input["input_word_ids"].shape[1]
    for layer in encoder.layers:  # Its table of positions has an end.
        longest = longest or getattr(layer, "max_length", None)
    if longest is not None and length > longest:
        raise ValueError(
            "--max_seq_length must not be more than the encoder reads. "
            f"Received: {length}, the encoder's={longest}."
        )


def with_output_range(encoder: keras.Model, output_range: int | None):
    """A copy whose last layer works on some first positions only.

    A classifier reads the first one of its encoder's last layer, and what that
    layer does at the others is lost.

    Args:
        encoder: Any; one without such an argument is given back as it is.
        output_range: How many; None for all.
    """
    config = encoder.get_config()
    if "output_range" not in config:
        return encoder
    copy = encoder.from_config({**config, "output_range": output_range})
    copy.set_weights(encoder.get_weights())
    return copy


def preset_folder(source: str | None) -> str | None:
    """The folder with config.json that a source is, or that a run left."""
    for folder in (source, os.path.join(source or "", "encoder")):
        if source and tf.io.gfile.exists(os.path.join(folder, "config.json")):
            return folder
    return None


def _learned_vocabulary(folder, size):
    path = os.path.join(folder.path, f"vocab-{size}.txt")
    if not tf.io.gfile.exists(path):
        corpus = os.path.join(library_docs_folder(folder), "corpus/train.txt")
        vocabulary = text.learn_vocabulary(data.read_lines(corpus), size)
        with data.whole_output(path) as partial:
            with tf.io.gfile.GFile(partial, "w") as file:
                file.write("".join(f"{piece}\n" for piece in vocabulary))
    return path


def _is_uncased(folder):
    """What our `tokenizer.json`, or Hugging Face's configuration, says."""
    for file, key in (
        ("tokenizer.json", "lower_case"),
        ("tokenizer_config.json", "do_lower_case"),
    ):
        path = os.path.join(folder or "", file)
        if folder and tf.io.gfile.exists(path):
            with tf.io.gfile.GFile(path) as content:
                settings = json.loads(content.read())
            if key in settings:
                return settings[key]
    return True
