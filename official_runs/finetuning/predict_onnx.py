"""Applies a model that was exported for ONNX Runtime.

Needs no TensorFlow, no Keras and nothing else of this package.
"""

import json
import os

import numpy as np

# Shapes: B batch, S sequence.


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
        import tokenizers
    except ImportError as error:
        raise ImportError(
            f"{folder} needs `{error.name}`: pip install nlp_modeling[onnx]."
        ) from None
    artefact, model, pieces = (
        os.path.join(folder, name)
        for name in ("artefact.json", "model.onnx", "tokenizer.json")
    )
    try:
        with open(artefact, encoding="utf-8") as file:
            about = json.load(file)
        inputs, labels = about["inputs"], about["labels"]
        session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )
        tokenizer = tokenizers.Tokenizer.from_file(pieces)
    except Exception as error:  # Both libraries have errors of their own.
        raise ValueError(
            "A model must be a whole folder that export_model wrote. "
            f"Received: model_export_path={folder}: "
            f"{type(error).__name__}: {str(error).splitlines()[0]}"
        ) from None
    (output,) = (each.name for each in session.get_outputs())

    def serve(**texts):
        segments = [
            [
                each.ids
                for each in tokenizer.encode_batch(
                    list(texts[name]), add_special_tokens=False
                )
            ]
            for name in inputs
        ]
        rows = list(zip(*segments, strict=True))
        (values,) = session.run([output], _features(rows, about))
        if output != "probabilities":
            values = values[:, 0] if output == "score" else values
            return {output: values.tolist()}
        best = [labels[index] for index in values.argmax(-1)]
        return {"label": best, "probabilities": values.tolist()}

    return serve, sorted(inputs)


def _features(rows, about):
    """Packs the segments of each row, and pads a batch to its longest row.

    Gives int32 [B, S] each. The longer segment loses word pieces first, as in
    https://github.com/google-research/bert/blob/master/run_classifier.py.
    """
    cls, sep = [about["cls_id"]], [about["sep_id"]]
    ids, types = [], []
    for segments in rows:
        room = about["sequence_length"] - 1 - len(segments)
        while sum(map(len, segments)) > room:
            # Of two equal ones, the second.
            max(reversed(segments), key=len).pop()
        packed = [segment + sep for segment in segments]
        ids.append(sum(packed, cls))
        types.append(
            [0] * (1 + len(packed[0])) + [1] * len(sum(packed[1:], []))
        )
    lengths = np.array([len(row) for row in ids])
    shape = len(rows), lengths.max(initial=1)
    features = {
        "input_word_ids": np.full(shape, about["pad_id"], "int32"),
        "input_mask": np.arange(shape[1]) < lengths[:, np.newaxis],
        "input_type_ids": np.zeros(shape, "int32"),
    }
    for row, length in enumerate(lengths):
        features["input_word_ids"][row, :length] = ids[row]
        features["input_type_ids"][row, :length] = types[row]
    features["input_mask"] = features["input_mask"].astype("int32")
    return features
