"""Times one masked-LM training step of one system and prints one JSON line.

    python -m benchmarks.training_step --system=ours --size=small --dtype=bf16

A step is forward, backward and AdamW on one batch of random ids, dropout 0.1,
no padding, each system in the way that its users train. `compare_steps.py` runs
several systems in turn.
"""

import argparse
import importlib
import json
import os
import resource
import statistics
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

VOCAB_SIZE = 30_522
SIZES = {  # layers, hidden, heads, inner; batch, length, masked positions
    "tiny": ((2, 128, 2, 512), (64, 128, 20)),
    "small": ((4, 512, 8, 2048), (32, 128, 20)),
    "base": ((12, 768, 12, 3072), (8, 128, 20)),
}
SYSTEMS = {  # module under benchmarks.systems, backend of Keras
    "ours": ("ours_tensorflow", "tensorflow"),
    "ours-jax": ("ours_keras", "jax"),
    "ours-torch": ("ours_keras", "torch"),
    "garden": ("model_garden", None),
    "hub-tensorflow": ("keras_hub_backbone", "tensorflow"),
    "hub-jax": ("keras_hub_backbone", "jax"),
    "hub-torch": ("keras_hub_backbone", "torch"),
    "hf": ("hugging_face", None),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--system", choices=SYSTEMS, required=True)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--dtype", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--xla", action="store_true")
    parser.add_argument("--steps", type=int, default=7)
    args = parser.parse_args()
    module, backend = SYSTEMS[args.system]
    if backend:
        os.environ["KERAS_BACKEND"] = backend
    system = importlib.import_module(f"benchmarks.systems.{module}")
    network, (batch, length, masked) = SIZES[args.size]
    step = system.training_step(
        VOCAB_SIZE,
        *network,
        batch_of(batch, length, masked),
        dtype=args.dtype,
        xla=args.xla,
    )
    step(), step()
    cpu_began = time.process_time()
    seconds = [_seconds(step) for _ in range(args.steps)]
    cpu_seconds = (time.process_time() - cpu_began) / args.steps
    median = statistics.median(seconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        json.dumps(
            {
                "peer": args.system,
                "size": args.size,
                "dtype": args.dtype,
                "xla": args.xla,
                "step_ms": round(median * 1e3),
                "step_cpu_ms": round(cpu_seconds * 1e3),
                "tokens_per_second": round(batch * length / median),
                "peak_memory_mib": peak // 1024,
            }
        )
    )


def batch_of(batch, length, masked):
    """Ids int32 [B, S], sorted positions and the ids there int32 [B, P]."""
    import numpy as np

    rng = np.random.default_rng(0)
    ids = rng.integers(1000, VOCAB_SIZE, (batch, length), dtype="int32")
    order = rng.random((batch, length)).argsort(axis=1)
    positions = np.sort(order[:, :masked], axis=1).astype("int32")
    return ids, positions, np.take_along_axis(ids, positions, axis=1)


def _seconds(step):
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
