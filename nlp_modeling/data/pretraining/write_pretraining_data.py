"""Writes pretraining examples of text files as TFRecord files."""

import collections
import concurrent.futures
import contextlib
import itertools
import logging
from collections.abc import Callable, Sequence

import tensorflow as tf

from nlp_modeling.data.files.parallel_map import parallel_map
from nlp_modeling.data.pretraining.document_chunks import (
    document_chunks,
    group_files,
)
from nlp_modeling.data.pretraining.pretraining_examples import (
    PretrainingExamples,
)

_LOGGER = logging.getLogger(__name__)


def write_pretraining_data(
    files: Sequence[str],
    outputs: Sequence[str],
    make_examples: PretrainingExamples,
    *,
    num_workers: int = 1,
    pool: concurrent.futures.Executor | None = None,
    gzip: bool = False,
    report: Callable[[int, int], None] = lambda num_examples, num_bytes: None,
) -> int:
    """Writes pretraining examples of text files as TFRecord files.

    Equal arguments give equal bytes, for any number of workers. Memory does
    not grow with the text. The log gets the share of word pieces that are in no
    example, because pairs of segments were cut to their length.

    Args:
        files: Text files; see `document_chunks`.
        outputs: TFRecord files. Examples go to each in turn.
        make_examples: Makes the examples of a chunk.
        num_workers: The number of processes that make examples.
        pool: `num_workers - 1` processes; see `worker_pool`. None starts them.
        gzip: Whether outputs are compressed.
        report: Called after each chunk with the number of its examples and of
            the bytes of its text.

    Returns:
        The number of examples.

    Raises:
        ValueError: If a file cannot be read, or the text makes no example.
    """
    sizes = collections.deque()

    def chunks():
        for group, members in enumerate(group_files(files)):
            for chunk, documents in enumerate(document_chunks(members)):
                lines = itertools.chain.from_iterable(documents)
                sizes.append(sum(len(line.encode()) + 1 for line in lines))
                yield (group, chunk), documents

    num_examples = num_pieces = num_dropped = 0
    with contextlib.ExitStack() as stack:
        writers = [
            stack.enter_context(
                tf.io.TFRecordWriter(output, "GZIP" if gzip else "")
            )
            for output in outputs
        ]
        counted_chunks = parallel_map(
            make_examples.with_counts, chunks(), num_workers, pool
        )
        for chunk in counted_chunks:
            for record in chunk.records:
                writers[num_examples % len(writers)].write(record)
                num_examples += 1
            num_pieces += chunk.num_pieces
            num_dropped += chunk.num_dropped
            report(len(chunk.records), sizes.popleft())
    if not num_examples:
        raise ValueError(
            f"Files must hold text that makes an example. Received: {files=}."
        )
    if num_dropped:
        _LOGGER.info(
            "%.2g %% of the word pieces are in no example.",
            100 * num_dropped / num_pieces,
        )
    return num_examples
