"""parallel_map keeps the order, bounds the memory and raises errors."""

import os
import subprocess
import sys
import time

import pytest

from nlp_modeling.data.files.parallel_map import parallel_map


def square(number):
    time.sleep(0.001)  # Leaves a processor to the process that starts.
    return number**2, os.getpid()


def fail(number):
    raise ValueError(f"Received: {number=}.")


def run_until(is_enough, num_workers):
    """Lists results, each with the number of items taken but not used."""
    taken, found = [], []

    def items():
        while not is_enough(found):
            taken.append(len(taken))
            yield (taken[-1],)

    for result in parallel_map(square, items(), num_workers):
        found.append((result, len(taken) - len(found)))
    return found


@pytest.fixture(scope="module")
def run():
    """Maps items until the other process has started and done some."""

    def is_enough(found):
        return {pid for (_, pid), _ in found[-5:]} - {os.getpid()}

    return run_until(is_enough, num_workers=2)


@pytest.fixture(scope="module")
def results(run):
    return [result for result, _ in run]


def test_results_come_in_order(results):
    expected = [i**2 for i in range(len(results))]
    assert [number for number, _ in results] == expected


def test_this_process_works_too(results):
    assert os.getpid() in {pid for _, pid in results}
    assert len({pid for _, pid in results}) == 2


def test_few_items_are_taken_ahead(run):
    assert max(waiting for _, waiting in run) <= 10
    alone = run_until(lambda found: len(found) == 100, num_workers=1)
    assert max(waiting for _, waiting in alone) <= 10


def test_an_error_is_raised_here():
    with pytest.raises(ValueError, match="number=0"):
        list(parallel_map(fail, [(0,)], 2))


_KILLED = """
import os, signal
from nlp_modeling import data

with data.worker_pool(2, fork=True) as pool:
    print(*(pool.submit(os.getpid).result() for _ in range(9)), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_processes_end_with_the_one_that_started_them():
    command = [sys.executable, "-c", _KILLED]
    # Reading ends when no process is left that holds the pipe.
    ended = subprocess.run(command, stdout=subprocess.PIPE, timeout=100)
    assert len(ended.stdout.split()) == 9


def test_no_worker_is_an_error():
    with pytest.raises(ValueError, match="num_workers=0"):
        list(parallel_map(square, [], 0))
