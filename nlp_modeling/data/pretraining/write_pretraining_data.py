"""Writes TFRecord files of pretraining examples, from text files."""

import collections
import concurrent.futures
import contextlib
import itertools
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
    """Writes the pretraining examples of text files.

    Equal arguments give equal bytes, for any number of workers. Memory does
    not grow with the text.

    Args:
        files: Text files; see `document_chunks`.
        outputs: TFRecord files, which get examples in turn.
        make_examples: Makes them.
        num_workers: How many processes make them.
        pool: `num_workers - 1` of them; see `worker_pool`. None starts them.
        gzip: Whether to pack what is written.
        report: Told now and then how many more examples are written, and how
            many bytes of text they came from.

    Returns:
        How many examples were written.

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

    num_examples = 0
    with contextlib.ExitStack() as stack:
        writers = [
            stack.enter_context(
                tf.io.TFRecordWriter(output, "GZIP" if gzip else "")
            )
            for output in outputs
        ]
        chunks_of_records = parallel_map(
            make_examples, chunks(), num_workers, pool
        )
        for records in chunks_of_records:
            for record in records:
                writers[num_examples % len(writers)].write(record)
                num_examples += 1
            report(len(records), sizes.popleft())
    if not num_examples:
        raise ValueError(
            f"Files must hold text that makes an example. Received: {files=}."
        )
    return num_examples
