"""The Gaussian error linear unit in its tanh form."""

import keras


@keras.saving.register_keras_serializable(package="nlp_modeling")
def approximate_gelu(inputs):
    """The Gaussian error linear unit in its tanh form, which BERT trains with.

    Keras's `"gelu"` is the exact form, with the error function; Hugging Face's
    checkpoints use that one. The two differ by at most 5e-4.

    Reference:
        GELUs, section 2: https://arxiv.org/abs/1606.08415

    Args:
        inputs: float, any shape.

    Returns:
        float, the shape of `inputs`.
    """
    return keras.activations.gelu(inputs, approximate=True)
