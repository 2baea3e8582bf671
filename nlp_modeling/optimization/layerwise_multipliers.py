"""Lowers the learning rate from layer to layer, for fine-tuning."""

from nlp_modeling.layers.require import require_depth, require_finite


def layerwise_multipliers(
    num_layers: int, rate: float
) -> list[tuple[str, float]]:
    """Lowers the learning rate from layer to layer, for fine-tuning.

    Each layer of an encoder learns at `rate` times the learning rate of the
    layer above it. Pooler and heads learn at 1, the last layer at `rate`, and
    the embeddings at `rate ** (num_layers + 1)`. (ELECTRA's code has one more
    factor of `rate` below the heads.)

    References:
        ULMFiT, section 3.2: https://arxiv.org/abs/1801.06146
        ELECTRA, appendix B: https://arxiv.org/abs/2003.10555

    Args:
        num_layers: The number of layers of the encoder.
        rate: The factor from a layer to the layer below it.

    Returns:
        Pairs for `learning_rate_multipliers` of `AdamW` and `LAMB`.

    Raises:
        ValueError: If `num_layers` is not positive, or `rate` is not greater
            than 0 and at most 1.
    """
    require_depth(num_layers=num_layers)
    require_finite(rate=rate)
    if not 0 < rate <= 1:
        raise ValueError(
            f"`rate` must be greater than 0 and at most 1. Received: {rate=}."
        )
    layers = [
        (f"(^|/)transformer_layer_{i}/", rate ** (num_layers - i))
        for i in range(num_layers)
    ]
    return [*layers, (r"(^|/)\w*embedding\w*/\w+$", rate ** (num_layers + 1))]
