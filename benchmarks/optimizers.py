"""Times one update of all weights of a BERT: Keras's optimizers and ours.

    python -m benchmarks.optimizers --size=base

Prints one JSON line an optimizer, the medians of rounds in turn, and the ratios
of Keras's time to ours. Biases and normalizations do not decay.
"""

import argparse
import json
import os
import statistics
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import tensorflow as tf

from benchmarks.training_step import SIZES, VOCAB_SIZE
from nlp_modeling import networks, optimization

PAIRS = {
    "adam_w": (keras.optimizers.AdamW, optimization.AdamW),
    "lamb": (keras.optimizers.Lamb, optimization.LAMB),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--size", choices=SIZES, default="base")
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    weights = weights_of(args.size)
    for name, (theirs, ours) in PAIRS.items():
        theirs = theirs(1e-4, weight_decay=0.01)
        theirs.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        updates = {
            "keras": update(theirs, weights),
            "ours": update(ours(1e-4, weight_decay=0.01), weights),
        }
        times = {system: [] for system in updates}
        for _ in range(args.rounds):
            for system, run in updates.items():
                times[system].append(seconds(run))
        medians = {key: statistics.median(t) for key, t in times.items()}
        result = {
            "optimizer": name,
            "size": args.size,
            **{f"{key}_ms": round(m * 1e3) for key, m in medians.items()},
            "ratio": round(medians["keras"] / medians["ours"], 2),
        }
        print(json.dumps(result), flush=True)


def weights_of(size):
    layers, hidden, heads, inner = SIZES[size][0]
    return networks.TransformerEncoder(
        VOCAB_SIZE,
        hidden_size=hidden,
        num_layers=layers,
        num_attention_heads=heads,
        intermediate_size=inner,
        type_vocab_size=2,
    ).trainable_variables


def update(optimizer, weights):
    """A function that updates the weights once; it has run before."""
    gradients = [tf.random.normal(weight.shape) for weight in weights]
    optimizer.build(weights)

    @tf.function
    def run():
        optimizer.apply(gradients, weights)

    run()
    return run


def seconds(function):
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
