"""The one batch on which encoders are compared, and how.

Padding, both segments and uneven masks stand in it, and no two ids, masks or
segments agree, so that a swap of inputs cannot hide.
"""

import numpy as np

# Shapes: B batch, S sequence, H hidden, P predictions, V vocabulary.

BATCH, LENGTH, PREDICTIONS = 3, 12, 4


def features():
    """Dict of int32: ids, mask and types [B, S], positions [B, P]."""
    rng = np.random.default_rng(7)
    lengths = np.array([LENGTH, 7, 5])[:, None]
    first = np.array([6, 3, 2])[:, None]
    positions = np.arange(LENGTH)[None]
    order = rng.random((BATCH, 5)).argsort(axis=1)
    arrays = {
        "input_word_ids": rng.integers(1, 40, (BATCH, LENGTH)),
        "input_mask": positions < lengths,
        "input_type_ids": (positions >= first) & (positions < lengths),
        "masked_lm_positions": order[:, :PREDICTIONS],
    }
    return {name: array.astype("int32") for name, array in arrays.items()}


def scalar(outputs, total):
    """A number that every output bears on, each entry with its own weight.

    Args:
        outputs: Dict of `sequence_output`, `pooled_output`, `masked_lm`.
        total: Sums the entries of a tensor.
    """
    result = 0.0
    for seed, name in enumerate(sorted(outputs)):
        output = outputs[name]
        rng = np.random.default_rng(seed)
        weights = rng.normal(size=tuple(output.shape)).astype("float32")
        result = result + total(output * _like(weights, output))
    return result


def _like(array, tensor):
    if type(tensor).__module__.startswith("torch"):
        import torch

        return torch.from_numpy(array)
    return array


def flat(weights, outputs, gradients):
    """One dict of float32 arrays, with the kind before each name."""
    kinds = {"weights": weights, "outputs": outputs, "gradients": gradients}
    return {
        f"{kind}/{name}": np.asarray(array, "float32")
        for kind, arrays in kinds.items()
        for name, array in arrays.items()
    }
