"""Loads or makes the tokenizer and the encoder that fine-tuning begins with."""

import os
from collections.abc import Callable

from nlp_modeling import (
    checkpoints,
    data,
    files,
    networks,
    text,
    training,
)
from official_runs.finetuning.library_docs import library_docs_folder
from official_runs.program.configurable import configurable
from official_runs.program.vocabulary import read_vocabulary


@configurable
def load_tokenizer(
    folder: training.RunFolder,
    *,
    init_checkpoint: str | None,
    vocab_file: str | None,
    lower_case: bool | None,
    learned_size: int | None,
) -> text.BertTokenizer | text.BytePairTokenizer:
    """Loads the tokenizer that an encoder was trained with.

    Args:
        folder: The run's, which keeps a learned vocabulary.
        init_checkpoint: The source of the encoder; None for a new encoder.
        vocab_file: The vocabulary; None for the encoder's own.
        lower_case: Whether the vocabulary is uncased. None takes what the
            encoder's folder says, or the vocabulary's if there is no encoder;
            True if it says nothing.
        learned_size: How many entries to learn from the installed
            documentation, if there is no vocabulary; None for an error.

    Raises:
        ValueError: If there is no vocabulary, or the folder is of another
            tokenizer.
    """
    preset = preset_folder(init_checkpoint)
    if vocab_file is None and learned_size and not init_checkpoint:
        vocab_file = _learned_vocabulary(folder, learned_size)
    if vocab_file is None and not preset:
        raise ValueError(
            "--vocab_file must name the encoder's vocabulary, unless "
            "--init_checkpoint is a folder that has one. Received: "
            f"init_checkpoint={init_checkpoint}."
        )
    if not preset:
        return read_vocabulary(vocab_file, lower_case)
    return tokenizer_of(preset, vocab_file, lower_case)


@configurable
def make_encoder(
    vocab_size: int,
    sequence_length: int,
    *,
    network: Callable[..., networks.Encoder],
    init_checkpoint: str | None,
    load: Callable[[str], networks.Encoder] = checkpoints.load_encoder,
) -> networks.Encoder:
    """Makes the encoder that fine-tuning begins with.

    Args:
        vocab_size: Of the tokenizer.
        sequence_length: The longest sequence that the encoder will read.
        network: Makes the encoder, called with `vocab_size`, if
            `init_checkpoint` is no folder that describes one.
        init_checkpoint: A preset, a folder of Hugging Face, google-research,
            KerasHub or TF Hub, a run's folder or a Model Garden checkpoint;
            None draws the weights.
        load: Loads the encoder of a folder that describes one.

    Raises:
        ValueError: If the encoder does not exist, knows fewer words, or reads
            fewer tokens.
    """
    folder = preset_folder(init_checkpoint)
    encoder = load(folder) if folder else network(vocab_size=vocab_size)
    known = encoder.get_embedding_layer().vocab_size
    if known < vocab_size:
        raise ValueError(
            "The vocabulary of --vocab_file must not be larger than the "
            f"encoder's. Received: {vocab_size} entries, the encoder's={known}."
        )
    longest = encoder.max_length
    if longest is not None and sequence_length > longest:
        raise ValueError(
            "--max_seq_length must not be more than the encoder reads. "
            f"Received: {sequence_length}, the encoder's={longest}."
        )
    if init_checkpoint and not folder:
        checkpoints.restore_encoder(encoder, init_checkpoint)
    return encoder


def tokenizer_of(
    folder: str, vocab_file: str | None = None, lower_case: bool | None = None
) -> text.BertTokenizer | text.BytePairTokenizer:
    """Reads the tokenizer of an encoder's folder.

    Args:
        folder: A preset, or a folder of another system.
        vocab_file: The vocabulary; None for the folder's.
        lower_case: Whether it is uncased; None for what the folder says.

    Raises:
        ValueError: If there is no vocabulary, or the folder is of byte pairs
            and another argument is given.
    """
    given = {"vocabulary": vocab_file, "lower_case": lower_case}
    given = {name: value for name, value in given.items() if value is not None}
    if given and text.holds_byte_pairs(folder):
        raise ValueError(
            "--vocab_file and --do_lower_case are of word pieces: a folder of "
            f"byte pairs holds its tokenizer. Received: {folder}, {given}."
        )
    return text.read_tokenizer(folder, **given)


def preset_folder(source: str | None) -> str | None:
    """Finds the folder that describes an encoder: the source or `encoder`."""
    for folder in (source, os.path.join(source or "", "encoder")):
        if source and checkpoints.has_config(folder):
            return folder
    return None


def _learned_vocabulary(folder, size):
    path = os.path.join(folder.path, f"vocab-{size}.txt")
    if not files.file_exists(path):
        corpus = os.path.join(library_docs_folder(folder), "corpus/train.txt")
        vocabulary = text.learn_vocabulary(data.read_lines(corpus), size)
        entries = "".join(f"{piece}\n" for piece in vocabulary)
        files.replace_file(path, entries)
    return path
