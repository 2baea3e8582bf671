"""Finds how large a batch of pretraining fits a TPU, on a machine without one.

    .venv-tpu/bin/python -m benchmarks.tpu_memory --size=base --length=128

Prints one JSON line a program that was compiled: the memory that a chip needs
for the step in bfloat16 with AdamW, gradients summed over the chips, or null
where the compiler found no room. docs/tpu.md shows the results.
"""

import argparse
import functools
import json

import jax

from tests.tpu.compile_for_tpu import (
    compile_for_tpu,
    lower,
    memory_of_a_chip,
)
from tests.tpu.pretraining_step import SIZES, pretraining_step

CAPACITY = {"v5e": 16, "v4": 32, "v6e": 32}  # GiB
# Sequences of a replica: powers of 2, and half as much again.
BATCHES = [2**i * j // 2 for i in range(3, 12) for j in (2, 3)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--size", choices=SIZES, default="base")
    parser.add_argument("--length", type=int, choices=[128, 512], default=128)
    parser.add_argument("--fast", action="store_true")
    args = parser.parse_args()

    @functools.cache
    def memory(chip, batch):
        """GiB on a chip, or None where there is no room."""
        program = lower(
            *pretraining_step(args.size, args.length, batch, replicas=4)
        )
        try:
            executable = compile_for_tpu(program, chip, 4, args.fast)
            gib = round(memory_of_a_chip(executable) / 2**30, 2)
        except jax.errors.JaxRuntimeError as error:
            if "RESOURCE_EXHAUSTED" not in str(error):
                raise
            gib = None
        result = {**vars(args), "chip": chip, "batch": batch, "gib": gib}
        print(json.dumps(result), flush=True)
        return gib

    # Memory grows with the batch in a line, which says where to look.
    few, more = BATCHES[0], BATCHES[4]
    first, second = memory("v5e", few), memory("v5e", more)
    slope = (second - first) / (more - few)
    for chip, capacity in CAPACITY.items():
        guess = few + (capacity - first) / slope
        index = sum(batch <= guess for batch in BATCHES) - 1
        if memory(chip, BATCHES[index]) is None:
            while memory(chip, BATCHES[index := index - 1]) is None:
                pass
        else:
            while memory(chip, BATCHES[index := index + 1]) is not None:
                pass


if __name__ == "__main__":
    main()
