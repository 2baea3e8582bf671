"""Maps a function over items in several processes, in order."""

import collections
import concurrent.futures
import contextlib
import functools
import itertools
import pickle
from collections.abc import Callable, Iterable, Iterator

from nlp_modeling.data.files.worker_pool import worker_pool

# The number of items queued for each process, so that it is never idle.
_AHEAD = 2


def parallel_map(
    function: Callable,
    items: Iterable[tuple],
    num_workers: int,
    pool: concurrent.futures.Executor | None = None,
) -> Iterator:
    """Maps a function over items in several processes, in order.

    This process is a worker too. It takes an item whenever the queues of the
    worker processes are full. Only few items are taken before their results
    are used, so memory does not grow with the number of items.

    Args:
        function: Called as `function(*item)`. Must pickle if there is more than
            one worker.
        items: Tuples of arguments.
        num_workers: The number of workers, this process included.
        pool: `num_workers - 1` processes. None to start them if there is more
            than one item.

    Yields:
        Results, in the order of `items`.

    Raises:
        ValueError: If `num_workers` is not positive.
        Exception: Any error that `function` raises.
    """
    if num_workers < 1:
        raise ValueError(
            f"`num_workers` must be positive. Received: {num_workers=}."
        )
    items = iter(items)
    # Processes take seconds to start, which a single item is not worth.
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
    """Calls the function. Answers None with None, to show that it started."""
    function = _unpickled(pickled)
    return item and function(*item)


@functools.lru_cache(maxsize=1)
def _unpickled(pickled):
    return pickle.loads(pickled)
