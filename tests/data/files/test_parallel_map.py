"""parallel_map keeps the order, bounds the memory and raises errors."""

import os
import subprocess
import sys

import pytest

from nlp_modeling.data.files.parallel_map import parallel_map


def square(number):
    return number**2, os.getpid()


def fail(number):
    raise ValueError(f"Received: {number=}.")


@pytest.fixture(scope="module")
def results():
    """Enough items that the other process starts and takes some."""
    found = []
    for result in parallel_map(square, ((i,) for i in range(10**7)), 2):
        found.append(result)
        if len(found) > 20 and len({pid for _, pid in found[-20:]}) > 1:
            return found
    raise AssertionError("the other process took no item")


def test_results_come_in_order(results):
    expected = [i**2 for i in range(len(results))]
    assert [number for number, _ in results] == expected


def test_this_process_works_too(results):
    assert os.getpid() in {pid for _, pid in results}
    assert len({pid for _, pid in results}) == 2


@pytest.mark.parametrize("num_workers", [1, 2])
def test_few_items_are_taken_ahead(num_workers):
    taken = []

    def items():
        for i in range(100):
            taken.append(i)
            yield (i,)

    for count, _ in enumerate(parallel_map(square, items(), num_workers)):
        assert len(taken) - count <= 10


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
