"""Starts processes that have loaded TensorFlow already.

A start of TensorFlow takes five seconds of a processor. Here one process loads
it, and forks a process for each call. It touches no device, since TensorFlow's
runtime does not survive a fork: each call may divide the processor, or run a
program.
"""

import concurrent.futures
import multiprocessing

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.loaded"])


def start(function, *arguments) -> multiprocessing.Process:
    """Calls a function of a module in a process of its own."""
    process = _context.Process(target=function, args=arguments)
    process.start()
    return process


def start_connected(function, *arguments):
    """Does so, and gives the process and a connection to it.

    The function gets the connection's other end as its last argument. Where the
    process is over, ours raises `EOFError`.
    """
    ours, theirs = _context.Pipe()
    process = start(function, *arguments, theirs)
    theirs.close()
    return process, ours


def call(function, *arguments):
    """Calls it so, and gives what it returns or raises what it raises."""
    with concurrent.futures.ProcessPoolExecutor(1, _context) as pool:
        return pool.submit(function, *arguments).result()
