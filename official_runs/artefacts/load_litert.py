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
    interpreter = _interpreter(folder)
    path = os.path.join(folder, "model.tflite")
    try:
        with open(path, "rb") as file, warnings.catch_warnings():
            # TensorFlow says that it will leave this to the other library.
            warnings.simplefilter("ignore")
            runner = interpreter(model_content=file.read())
            runner = runner.get_signature_runner()
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


def _interpreter(folder):
    """Finds the class that runs a graph."""
    try:
        from ai_edge_litert.interpreter import Interpreter

        return Interpreter
    except ImportError:
        pass
    try:
        import tensorflow as tf

        return tf.lite.Interpreter
    except (ImportError, AttributeError):
        raise ImportError(
            f"{folder} needs `ai-edge-litert`: "
            "pip install nlp_modeling[litert]."
        ) from None
