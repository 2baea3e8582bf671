"""Names the numbers that the ids of records lie below."""


def id_limits(
    sequence_length: int,
    vocab_size: int | None,
    num_segments: int | None,
    num_classes: int | None,
) -> dict[str, int]:
    """Names the numbers that the ids of records lie below.

    Args:
        sequence_length: The longest accepted example, in tokens.
        vocab_size: The number of entries of the vocabulary. None for any.
        num_segments: The most segments of an example. None for any.
        num_classes: The number of classes or tags. None for any.

    Returns:
        The numbers by the names in `Feature.below`.
    """
    limits = {
        "sequence_length": sequence_length,
        "vocab_size": vocab_size,
        "num_segments": num_segments,
        "num_classes": num_classes,
    }
    return {name: n for name, n in limits.items() if n is not None}
