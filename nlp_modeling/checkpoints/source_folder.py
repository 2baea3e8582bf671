"""Finds the local folder of a source on a hub."""

import importlib
import os

# What a model is loaded from: no code, and no format that can hold code.
_PATTERNS = ["*.json", "*.txt", "*.safetensors", "*.h5", "encoder/*", "model/*"]


def source_folder(source) -> str:
    """Finds the local folder of a source on a hub; a path stays as it is.

    The hub's own client downloads the files once, into its own cache. Without a
    network, only a source in the cache is found.

    Args:
        source: `hf://owner/name` of Hugging Face, `@revision` after it if
            wanted; `kaggle://owner/model/framework/variation` of Kaggle,
            `/version` after it if wanted; or a path.

    Raises:
        ImportError: If the client is not installed.
        ValueError: If the source is not there, or cannot be reached.
    """
    source = os.fspath(source)
    scheme, _, name = source.partition("://")
    if scheme == "hf":
        client = _client("huggingface_hub", source)
        name, _, revision = name.partition("@")
        return _download(
            source,
            client.snapshot_download,
            name,
            revision=revision or None,
            allow_patterns=_PATTERNS,
        )
    if scheme == "kaggle":
        client = _client("kagglehub", source)
        return _download(source, client.model_download, name)
    return source


def _client(name, source):
    try:
        return importlib.import_module(name)
    except ImportError:
        raise ImportError(
            f"A source on a hub needs `{name}`: pip install "
            f"nlp_modeling[sources]. Received: {source}."
        ) from None


def _download(source, download, *args, **kwargs):
    try:
        return download(*args, **kwargs)
    # Clients have errors of many classes, of the web and of files.
    except Exception as error:
        said = str(error).strip().split("\n")[0]
        raise ValueError(
            "A source must be in the client's cache, or be reached through the "
            f"network. Received: {source}: {type(error).__name__}: {said}"
        ) from error
