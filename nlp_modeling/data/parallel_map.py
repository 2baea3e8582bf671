"""A map over processes that keeps the order and bounds the memory."""

import collections
import concurrent.futures
import contextlib
import itertools
import multiprocessing
import pickle
from collections.abc import Callable, Iterable, Iterator

import tensorflow as tf

# Items that wait at a process, so that it need not wait for them.
_AHEAD = 2


def parallel_map(
    function: Callable, items: Iterable[tuple], num_workers: int
) -> Iterator:
    """Yields `function(*item)` for each of `items`, in their order.

    This process is one of the workers, and takes an item whenever the others
    have enough. Few items are taken before their results are used, so memory
    does not grow with their number.

    Args:
        function: Pickles, if there is more than one worker.
        items: Tuples of arguments.
        num_workers: How many processes work.

    Yields:
        Results, in the order of `items`.

    Raises:
        ValueError: If `num_workers` is not positive.
        Exception: Whatever `function` raises.
    """
    if num_workers < 1:
        raise ValueError(
            f"`num_workers` must be positive. Received: {num_workers=}."
        )
    items = iter(items)
    # One item is not worth the seconds in which processes start.
    for item in itertools.islice(items, 1 if num_workers > 1 else None):
        yield function(*item)
    pending, ready = collections.deque(), None
    with contextlib.ExitStack() as stack:
        for item in items:
            if ready is None:
                pool = stack.enter_context(_pool(num_workers - 1, function))
                ready = pool.submit(_call, None)
            waiting = sum(not future.done() for future in pending)
            if ready.done() and waiting < _AHEAD * (num_workers - 1):
                pending.append(pool.submit(_call, item))
            else:
                pending.append(concurrent.futures.Future())
                pending[-1].set_result(function(*item))
            while pending and (
                pending[0].done() or len(pending) > _AHEAD * num_workers
            ):
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def _pool(num_workers, function):
    return concurrent.futures.ProcessPoolExecutor(
        num_workers,
        # A process that has run TensorFlow must not be forked.
        multiprocessing.get_context("spawn"),
        _start,
        (pickle.dumps(function),),
    )


def _start(pickled):
    # The workers are the parallelism. This must be said before TensorFlow runs,
    # which it may do when the function is built.
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    global _function
    _function = pickle.loads(pickled)


def _call(item):
    """Answers None with None, to tell that this process has started."""
    return item and _function(*item)
