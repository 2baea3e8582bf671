"""The encoders of the peers, small, with random weights, and what they give.

Each function builds a peer's encoder with masked-LM head, runs it on the
features of `tests.encodings`, and returns a dict of arrays:

    weights/NAME       the peer's weights under the peer's names
    outputs/...        sequence_output, pooled_output, masked_lm
    gradients/NAME     of `tests.encodings.scalar` of the outputs

all float32. Dropout is off.
"""

import numpy as np

from tests import encodings
from tests.gradients import outputs_and_gradients

# Sizes that differ from each other wherever they can.
VOCAB_SIZE, HIDDEN, LAYERS, HEADS, INNER, TYPES = 40, 16, 2, 4, 24, 3


def model_garden(approximate_gelu=True, **arguments):
    """Of tf-models-official: `BertEncoderV2` and `MaskedLM`."""
    import tensorflow as tf
    import tf_keras
    from official.nlp.modeling import layers, networks

    tf_keras.utils.set_random_seed(1)
    encoder = networks.BertEncoderV2(
        vocab_size=VOCAB_SIZE,
        hidden_size=HIDDEN,
        num_layers=LAYERS,
        num_attention_heads=HEADS,
        inner_dim=INNER,
        max_sequence_length=encodings.LENGTH,
        type_vocab_size=TYPES,
        inner_activation=lambda x: tf.nn.gelu(x, approximate_gelu),
        initializer=tf_keras.initializers.RandomNormal(stddev=0.3),
        **arguments,
    )
    features = {k: tf.constant(v) for k, v in encodings.features().items()}
    positions = features.pop("masked_lm_positions")
    encoder(features)
    head = layers.MaskedLM(
        encoder.get_embedding_table(),
        activation=tf_keras.activations.relu,
        initializer=tf_keras.initializers.RandomNormal(stddev=0.3),
    )
    head(tf.zeros((1, encodings.LENGTH, HIDDEN)), positions[:1])
    for weight in encoder.weights + head.weights:  # Biases and norms too.
        if len(weight.shape) == 1 or "bias" in weight.name:
            weight.assign_add(tf.random.normal(weight.shape, stddev=0.1))
    with tf.GradientTape() as tape:
        encoded = encoder(features)
        outputs = {
            "sequence_output": encoded["sequence_output"],
            "pooled_output": encoded["pooled_output"],
            "masked_lm": head(encoded["sequence_output"], positions),
        }
        scalar = encodings.scalar(outputs, tf.reduce_sum)
    own = {id(w) for w in encoder.weights}
    weights = {w.name: w for w in encoder.weights}
    weights |= {f"head/{w.name}": w for w in head.weights if id(w) not in own}
    gradients = tape.gradient(scalar, weights)
    return encodings.flat(
        {name.split(":")[0]: w.numpy() for name, w in weights.items()},
        {name: x.numpy() for name, x in outputs.items()},
        {
            name.split(":")[0]: tf.convert_to_tensor(x).numpy()
            for name, x in gradients.items()
        },
    )


def hugging_face():
    """Of transformers: `BertForMaskedLM` with a pooler."""
    import torch
    import transformers

    torch.manual_seed(1)
    config = hugging_face_config()
    model = transformers.BertForPreTraining(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    features = {
        k: torch.tensor(v, dtype=torch.long)
        for k, v in encodings.features().items()
    }
    encoded = model.bert(
        input_ids=features["input_word_ids"],
        attention_mask=features["input_mask"],
        token_type_ids=features["input_type_ids"],
    )
    positions = features["masked_lm_positions"][..., None]
    masked = torch.take_along_dim(encoded.last_hidden_state, positions, dim=1)
    outputs = {
        "sequence_output": encoded.last_hidden_state,
        "pooled_output": encoded.pooler_output,
        "masked_lm": model.cls.predictions(masked),
    }
    weights = {
        name: parameter
        for name, parameter in model.named_parameters()
        if not name.startswith("cls.seq_relationship")
    }
    encodings.scalar(outputs, torch.sum).backward()
    return encodings.flat(
        {name: x.detach().numpy() for name, x in weights.items()},
        {name: x.detach().numpy() for name, x in outputs.items()},
        {name: x.grad.numpy() for name, x in weights.items()},
    )


def hugging_face_config():
    import transformers

    return transformers.BertConfig(
        vocab_size=VOCAB_SIZE,
        hidden_size=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=INNER,
        max_position_embeddings=encodings.LENGTH,
        type_vocab_size=TYPES,
        hidden_act="gelu",
    )


def keras_hub():
    """Of keras-hub: `BertBackbone` and `MaskedLMHead`."""
    import keras
    import keras_hub

    keras.utils.set_random_seed(1)
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=VOCAB_SIZE,
        num_layers=LAYERS,
        num_heads=HEADS,
        hidden_dim=HIDDEN,
        intermediate_dim=INNER,
        max_sequence_length=encodings.LENGTH,
        num_segments=TYPES,
    )
    head = keras_hub.layers.MaskedLMHead(
        token_embedding=backbone.token_embedding,
        intermediate_activation="relu",
        layer_norm_epsilon=1e-12,
    )
    features = {
        name: keras.Input(array.shape[1:], dtype="int32", name=name)
        for name, array in encodings.features().items()
    }
    encoded = backbone(
        {
            "token_ids": features["input_word_ids"],
            "padding_mask": features["input_mask"],
            "segment_ids": features["input_type_ids"],
        }
    )
    outputs = {
        "sequence_output": encoded["sequence_output"],
        "pooled_output": encoded["pooled_output"],
        "masked_lm": head(
            encoded["sequence_output"],
            mask_positions=features["masked_lm_positions"],
        ),
    }
    model = keras.Model(features, outputs)
    rng = np.random.default_rng(1)
    for variable in model.trainable_variables:
        noise = rng.normal(0, 0.2, variable.shape)
        variable.assign(variable + noise.astype("float32"))
    weights = {
        variable.path: keras.ops.convert_to_numpy(variable)
        for variable in model.trainable_variables
    }
    outputs, gradients = outputs_and_gradients(
        model, encodings.features(), encodings.scalar
    )
    return encodings.flat(weights, outputs, gradients)
