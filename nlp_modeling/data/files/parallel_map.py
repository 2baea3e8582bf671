"""A map over processes that keeps the order and bounds the memory."""

import collections
import concurrent.futures
import contextlib
import functools
import itertools
import pickle
from collections.abc import Callable, Iterable, Iterator

from nlp_modeling.data.files.worker_pool import worker_pool

# Items that wait at a process, so that it need not wait for them.
_AHEAD = 2


def parallel_map(
    function: Callable,
    items: Iterable[tuple],
    num_workers: int,
    pool: concurrent.futures.Executor | None = None,
) -> Iterator:
    """Yields `function(*item)` for each of `items`, in their order.

    This process is one of the workers, and takes an item whenever the others
    have enough. Few items are taken before their results are used, so memory
    does not grow with their number.

    Args:
        function: Pickles, if there is more than one worker.
        items: Tuples of arguments.
        num_workers: How many processes work.
        pool: `num_workers - 1` of them, or None to start them if there is more
            than one item.

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
    if pool is None:
        for item in itertools.islice(items, 1 if num_workers > 1 else None):
            yield function(*item)
    pending, ready = collections.deque(), None
    with contextlib.ExitStack() as stack:
        for item in items:
            if ready is None:
                pool = pool or stack.enter_context(worker_pool(num_workers - 1))
                pickled = pickle.dumps(function)
                ready = pool.submit(_call, pickled, None)
            waiting = sum(not future.done() for future in pending)
            if ready.done() and waiting < _AHEAD * (num_workers - 1):
                pending.append(pool.submit(_call, pickled, item))
            else:
                pending.append(concurrent.futures.Future())
                pending[-1].set_result(function(*item))
            while pending and (
                pending[0].done() or len(pending) > _AHEAD * num_workers
            ):
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def _call(pickled, item):
    """Answers None with None, to tell that this process has started."""
    function = _unpickled(pickled)
    return item and function(*item)


@functools.lru_cache(maxsize=1)
def _unpickled(pickled):
    return pickle.loads(pickled)
