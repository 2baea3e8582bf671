"""Imports Hugging Face's `tokenizers` when a tokenizer needs it."""


def import_tokenizers():
    """Imports Hugging Face's `tokenizers`.

    Raises:
        ImportError: If it is not installed. Says how to install it.
    """
    try:
        import tokenizers
    except ImportError as error:
        raise ImportError(
            "Byte pairs need `pip install 'nlp_modeling[tokenizers]'`."
        ) from error
    return tokenizers
