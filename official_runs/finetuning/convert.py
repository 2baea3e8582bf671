"""Converts a model between this package and other systems."""

import importlib.util
import os

import numpy as np

from nlp_modeling import checkpoints, data, files, models, networks, text

# The largest difference of outputs that rounding explains.
_KERAS_HUB = {
    models.BertClassifier: "BertTextClassifier",
    models.BertPretrainer: "BertMaskedLM",
}
_TOLERANCE = 1e-4


def convert(source: str, kind: str, folder: str, overwrite: bool) -> None:
    """Converts a model, and proves that its outputs stay the same.

    Args:
        source: As `models.load_model` takes it.
        kind: "preset", "hugging_face", "google_bert" or "keras_hub".
        folder: The folder to make.
        overwrite: Whether to replace what is there.

    Raises:
        ValueError: If the source cannot be read, the other system has no place
            for it, or the outputs differ.
        FileExistsError: If `folder` exists and `overwrite` is false.
    """
    model = models.load_model(source)
    preprocessor = _preprocessor(model, source)
    system = checkpoints.source_system(checkpoints.find_preset(source))
    print(f"read: {source}, of {system}, as a {_described(model)}")
    _print_weights(model)
    with data.whole_output(folder, overwrite) as partial:
        _write(model, preprocessor, kind, partial)
        again = models.load_model(partial)
        difference = _difference(_outputs(model), _outputs(again))
        print(f"read again: outputs differ by {difference:.1e}")
        _require_equal(difference, "what was written")
        if kind == "hugging_face":
            _compare_with_transformers(model, partial)
        if kind == "keras_hub":
            _compare_with_keras_hub(model, partial)
    print(f"written: {folder}, as {kind}")


def _described(model):
    network = getattr(model, "network", None)
    name = type(model).__name__
    return f"{name} on a {type(network).__name__}" if network else name


def _print_weights(model):
    weights = model.weights_by_path()
    width = max(map(len, weights))
    for path, weight in weights.items():
        print(f"  {path:{width}}  {list(weight.shape)}")
    total = sum(int(np.prod(weight.shape)) for weight in weights.values())
    print(f"{len(weights)} weights, {total:,} numbers")


def _preprocessor(model, source):
    """Finds the vocabulary of an encoder: a model has its own."""
    if hasattr(model, "preprocessor"):
        return model.preprocessor
    folder = checkpoints.find_preset(source)
    names = (
        *("vocab.txt", "assets/vocab.txt"),
        "assets/tokenizer/vocabulary.txt",
    )
    has_words = any(files.file_exists(os.path.join(folder, x)) for x in names)
    if not has_words and not text.holds_byte_pairs(folder):
        return None
    length = {"sequence_length": model.max_length} if model.max_length else {}
    return text.BertPreprocessor.from_preset(folder, **length)


def _write(model, preprocessor, kind, folder):
    if kind == "preset":
        model.save_to_preset(folder)
        if preprocessor is not None:
            preprocessor.save_to_preset(folder)
        return
    save = {
        "hugging_face": checkpoints.save_to_hugging_face,
        "google_bert": checkpoints.save_to_google_bert,
        "keras_hub": checkpoints.save_to_keras_hub,
    }[kind]
    save(model, folder, preprocessor)


def _features(model):
    """Draws ids for a model, in rows of several lengths."""
    draw = np.random.default_rng(0)
    network = getattr(model, "network", model)
    known = network.get_embedding_layer().vocab_size
    fixed = network.input["input_word_ids"].shape[1]
    length = fixed or min(network.max_length or 64, 64)
    ends = np.linspace(length, 1, 4).astype("int32")
    tables = {layer.name: layer for layer in network.layers}
    types = getattr(tables.get("type_embeddings"), "vocab_size", 2)
    second = np.arange(length) >= ends[:, None] // 2
    features = {
        # RoBERTa's <pad>, an id below 5, has no place in a text.
        "input_word_ids": draw.integers(min(5, known - 1), known, (4, length)),
        "input_mask": np.arange(length) < ends[:, None],
        "input_type_ids": np.minimum(second, types - 1),
    }
    if "masked_lm_positions" in model.input:
        count = model.input["masked_lm_positions"].shape[1] or length
        places = np.broadcast_to(np.arange(count), (4, count))
        features["masked_lm_positions"] = places
    return {name: x.astype("int32") for name, x in features.items()}


def _outputs(model):
    """Gives a model's outputs as arrays."""
    outputs = model(_features(model))
    if isinstance(outputs, dict):
        outputs.pop("encoder_outputs", None)
        if isinstance(model, networks.ModernBertEncoder):
            del outputs["pooled_output"]  # Hugging Face has no pooler of it.
        outputs = list(outputs.values())
    outputs = outputs if isinstance(outputs, list) else [outputs]
    return [np.asarray(x) for x in outputs]


def _difference(first, second):
    return max(
        float(np.abs(x - y).max()) for x, y in zip(first, second, strict=True)
    )


def _require_equal(difference, what):
    if not difference <= _TOLERANCE:
        raise ValueError(
            f"The outputs of {what} must be those of the source, within "
            f"{_TOLERANCE}. Received: a difference of {difference}."
        )


def _compare_with_transformers(model, folder):
    if not all(map(importlib.util.find_spec, ("torch", "transformers"))):
        print("transformers is not installed: its outputs were not compared")
        return
    import torch
    import transformers

    (name,) = transformers.AutoConfig.from_pretrained(folder).architectures
    theirs = getattr(transformers, name).from_pretrained(folder).eval()
    features = {k: torch.tensor(x) for k, x in _features(model).items()}
    names = {"input_word_ids": "input_ids", "input_mask": "attention_mask"}
    if "input_type_ids" in model.input:
        names["input_type_ids"] = "token_type_ids"
    with torch.no_grad():
        found = theirs(**{names[x]: features[x].long() for x in names})
    own = _outputs(model)
    # Ours may score the first positions alone.
    found = [
        x.numpy()[: len(y), : y.shape[1]]
        for x, y in zip(found.to_tuple(), own, strict=True)
    ]
    tokens = features["input_mask"].bool().numpy()

    def at_tokens(x):
        """Leaves out padding far from tokens, which gathers from nowhere."""
        return x[tokens[:, : x.shape[1]]] if x.ndim == 3 else x

    difference = _difference(map(at_tokens, own), map(at_tokens, found))
    print(f"transformers {transformers.__version__}: {difference:.1e}")
    _require_equal(difference, f"transformers' {name}")


def _compare_with_keras_hub(model, folder):
    if not importlib.util.find_spec("keras_hub"):
        print("keras_hub is not installed: its outputs were not compared")
        return
    import keras_hub

    name = _KERAS_HUB.get(type(model), "BertBackbone")
    theirs = getattr(keras_hub.models, name).from_preset(folder)
    names = {
        "input_word_ids": "token_ids",
        "input_mask": "padding_mask",
        "input_type_ids": "segment_ids",
        "masked_lm_positions": "mask_positions",
    }
    found = theirs({names[x]: y for x, y in _features(model).items()})
    names = ("sequence_output", "pooled_output")
    is_dict = isinstance(found, dict)
    found = [found[x] for x in names] if is_dict else [found]
    difference = _difference(_outputs(model), [np.asarray(x) for x in found])
    print(f"keras_hub {keras_hub.__version__}: {difference:.1e}")
    _require_equal(difference, f"keras_hub's {name}")
