"""Processes that work beside this one."""

import concurrent.futures
import multiprocessing
import os
import threading

import tensorflow as tf


def worker_pool(
    num_workers: int, *, fork: bool = False
) -> concurrent.futures.Executor:
    """Starts processes that work beside this one.

    They are the parallelism: TensorFlow has one thread in each.

    Args:
        num_workers: How many, 1 or more.
        fork: Whether they are copies of this process, which are there at once,
            while new ones take seconds to load TensorFlow. To be asked for
            only before TensorFlow computes anything: its threads are not
            copied, and a copy would wait for them for ever.

    Returns:
        An executor, which ends them when its `with` block ends.
    """
    pool = concurrent.futures.ProcessPoolExecutor(
        num_workers,
        multiprocessing.get_context("fork" if fork else "spawn"),
        _start,
    )
    if fork:
        pool.submit(int)  # The first work starts all of them.
    return pool


def _start():
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent():
    # Who is killed cannot end its processes.
    multiprocessing.parent_process().join()
    os._exit(1)
