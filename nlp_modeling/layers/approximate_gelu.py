"""Applies the Gaussian error linear unit in its tanh form."""

import keras


@keras.saving.register_keras_serializable(package="nlp_modeling")
def approximate_gelu(inputs):
    """Applies the Gaussian error linear unit in its tanh form, as BERT does.

    Keras's `"gelu"` is the exact form, with the error function, and Hugging
    Face's checkpoints use it. The two forms differ by at most 5e-4.

    Reference:
        GELUs, section 2: https://arxiv.org/abs/1606.08415

    Args:
        inputs: float, any shape.

    Returns:
        float, the shape of `inputs`.
    """
    return keras.activations.gelu(inputs, approximate=True)
