"""Writes pretraining examples, with processes of this machine or with Beam."""

import contextlib
import os
import sys
from collections.abc import Sequence

from nlp_modeling import data, files
from official_runs.program.progress import Progress


def write(
    texts: Sequence[str],
    outputs: Sequence[str],
    make: data.PretrainingExamples,
    **arguments,
) -> None:
    """Writes examples with the processes of this machine.

    Args:
        texts: Text files.
        outputs: TFRecord files.
        make: Makes the examples.
        **arguments: Of `data.write_pretraining_data`.
    """
    size = data.text_bytes(texts)
    with Progress("Pretraining data", total_bytes=size) as progress:
        data.write_pretraining_data(
            texts, outputs, make, report=progress.add, **arguments
        )


def write_with_beam(
    texts: Sequence[str],
    folder: str,
    num_shards: int,
    make: data.PretrainingExamples,
    options: Sequence[str],
    gzip: bool,
) -> None:
    """Writes examples with Apache Beam, which names the files itself.

    Args:
        texts: Text files.
        folder: Gets the TFRecord files.
        num_shards: How many.
        make: Makes the examples.
        options: Beam's own.
        gzip: Whether to pack the output.

    Raises:
        ValueError: If Beam is not installed.
    """
    try:
        from official_runs.pretraining import beam
    except ImportError as error:
        raise ValueError(
            "--runner=beam needs the extra `beam` of nlp_modeling. "
            f"Received: {error}."
        ) from error
    prefix = os.path.join(folder, "pretraining")
    beam.write_pretraining_data(
        texts, prefix, num_shards, make, options, gzip=gzip
    )


def workers(count: int):
    """Forks worker processes, if there are any.

    Call it before TensorFlow runs. A process that is started later has to load
    TensorFlow anew.
    """
    if not count or sys.platform != "linux":
        return contextlib.nullcontext()
    return data.worker_pool(count, fork=True)


def shards(folder: str, count: int) -> list[str]:
    """Makes a folder, and gives the paths of the files in it."""
    files.make_folder(folder)
    names = [f"pretraining-{i:05d}-of-{count:05d}" for i in range(count)]
    return [os.path.join(folder, f"{name}.tfrecord") for name in names]
