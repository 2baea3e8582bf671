"""Layer-wise decay of the learning rate, for fine-tuning an encoder."""


def layerwise_multipliers(
    num_layers: int, rate: float
) -> list[tuple[str, float]]:
    """Layer-wise decay of the learning rate, for fine-tuning an encoder.

    Each layer learns at `rate` times the learning rate of the layer above it:
    the last at `rate`, the embeddings at `rate ** (num_layers + 1)`, the pooler
    and the heads at 1. (The code of ELECTRA has one more factor of `rate`
    below the heads.)

    References:
        ULMFiT, section 3.2: https://arxiv.org/abs/1801.06146
        ELECTRA, appendix B: https://arxiv.org/abs/2003.10555

    Args:
        num_layers: Of the encoder.
        rate: The factor from a layer to the one below.

    Returns:
        Pairs for `learning_rate_multipliers` of `AdamW` and `LAMB`.

    Raises:
        ValueError: If `rate` is not greater than 0 and at most 1.
    """
    if not 0 < rate <= 1:
        raise ValueError(
            f"`rate` must be greater than 0 and at most 1. Received: {rate=}."
        )
    layers = [
        (f"(^|/)transformer_layer_{i}/", rate ** (num_layers - i))
        for i in range(num_layers)
    ]
    return [*layers, (r"(^|/)\w*embedding\w*/", rate ** (num_layers + 1))]
