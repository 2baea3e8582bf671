"""Loads a model that was exported for LiteRT."""

import os
import warnings

import numpy as np

from official_runs.artefacts.serve_strings import broken, serve_strings


def load_litert(folder: str):
    """Loads an exported model, and the names of its strings.

    The library is `ai-edge-litert`, or TensorFlow if that is not installed.

    Args:
        folder: Path of the exported model.

    Returns:
        As `load_onnx`.

    Raises:
        ImportError: If no library that runs it, or `tokenizers`, is installed.
        ValueError: If a file is missing or damaged. Names it.
    """
    path = os.path.join(folder, "model.tflite")
    try:
        with open(path, "rb") as file:
            runner = _interpreter(file.read()).get_signature_runner()
    except (ValueError, RuntimeError, OSError) as error:
        raise broken(folder, error) from None
    (output,) = runner.get_output_details()
    shapes = {k: x["shape"] for k, x in runner.get_input_details().items()}

    def run(features):
        """Runs one row after another, padded to the one length."""
        found = []
        for row in range(len(features["input_mask"])):
            # The mask hides what stands in the padding.
            padded = {
                k: np.zeros(shape, "int32") for k, shape in shapes.items()
            }
            for name, values in features.items():
                padded[name][0, : values.shape[1]] = values[row]
            found.append(runner(**padded)[output][0])
        return np.stack(found)

    return serve_strings(folder, run, output)


def _interpreter(content):
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        import tensorflow as tf

        Interpreter = tf.lite.Interpreter
    with warnings.catch_warnings():
        # TensorFlow says that it will leave this to the other library.
        warnings.simplefilter("ignore")
        return Interpreter(model_content=content)
