"""Starts worker processes that end with this process."""

import concurrent.futures
import multiprocessing
import os
import threading

import tensorflow as tf


def worker_pool(
    num_workers: int, *, fork: bool = False
) -> concurrent.futures.Executor:
    """Starts worker processes that end with this process.

    TensorFlow has one thread in each, so the processes are the parallelism.

    Args:
        num_workers: The number of processes, 1 or more.
        fork: Whether processes are forked, which takes no time. New processes
            take seconds to load TensorFlow. Fork only before TensorFlow
            computes anything: a fork has none of its threads, and waits for
            them forever.

    Returns:
        An executor. The processes end when its `with` block ends.
    """
    pool = concurrent.futures.ProcessPoolExecutor(
        num_workers,
        multiprocessing.get_context("fork" if fork else "spawn"),
        _start,
    )
    if fork:
        pool.submit(int)  # The first task starts all processes.
    return pool


def _start():
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent():
    # A process that is killed cannot end its workers.
    multiprocessing.parent_process().join()
    os._exit(1)
