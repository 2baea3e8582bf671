"""Loads a model that was exported for ONNX Runtime."""

import os

from official_runs.artefacts.serve_strings import broken, serve_strings


def load_onnx(folder: str, options=None):
    """Loads an exported model, and the names of its strings.

    Args:
        folder: Path of the exported model.
        options: `onnxruntime.SessionOptions`, for example of threads; None for
            the library's own.

    Returns:
        A function from lists of B strings, by name, to a dict of lists of B
        values; and the names.

    Raises:
        ImportError: If `onnxruntime` or `tokenizers` is not installed.
        ValueError: If a file is missing or damaged. Names it.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise ImportError(
            f"{folder} needs `{error.name}`: pip install nlp_modeling[onnx]."
        ) from None
    try:
        session = onnxruntime.InferenceSession(
            os.path.join(folder, "model.onnx"),
            options,
            providers=["CPUExecutionProvider"],
        )
    except Exception as error:  # The library has errors of its own.
        raise broken(folder, error) from None
    (output,) = (each.name for each in session.get_outputs())

    def run(features):
        (values,) = session.run([output], features)
        return values

    return serve_strings(folder, run, output)
