"""Runs what is compared in processes of its own, and says what they took."""

import json
import os
import resource
import subprocess
import time


def finish(command):
    """Runs a command on two threads of the processor; gives its output."""
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "2",
        "TF_ENABLE_ONEDNN_OPTS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
    }
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment
    )
    if done.returncode:
        raise SystemExit(f"{command} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def measured(function):
    """What a call's processes took, and what it gave."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    result = function()
    seconds = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    taken = {"seconds": round(seconds, 1), "cpu_seconds": round(cpu, 1)}
    return taken, result


def run_system(python, module, **arguments):
    """Runs one of `benchmarks.systems`; gives its output."""
    module = f"benchmarks.systems.{module}"
    return finish([python, "-m", module, json.dumps(arguments)])
