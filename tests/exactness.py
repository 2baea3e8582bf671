"""Our encoder and masked-LM head beside a peer's arrays.

`tests.peers.encoders` says what the arrays are. The functions below put arrays
into our model by the peer's names, the weights and, into another model of the
same kind, their gradients: so the gradients are matched by name as well.
"""

import json
import re
import types

import keras
import numpy as np

from nlp_modeling import checkpoints, layers, networks
from nlp_modeling.checkpoints import assign_weights
from tests import encodings
from tests.gradients import outputs_and_gradients
from tests.peers import encoders

TOLERANCE = 1e-5
# Bias, kernel and bias of the transform, scale and shift of the norm.
_MODEL_GARDEN_HEAD = (
    "output_bias/bias",
    "dense/kernel",
    "dense/bias",
    "LayerNorm/gamma",
    "LayerNorm/beta",
)
_HUGGING_FACE_HEAD = (
    "predictions.bias",
    "dense.weight",
    "dense.bias",
    "LayerNorm.weight",
    "LayerNorm.bias",
)
_KERAS_HUB = {
    r"^token_embedding/": "word_embeddings/",
    r"^segment_embedding/": "type_embeddings/",
    r"^embeddings_layer_norm/": "embeddings_norm/",
    r"^pooled_dense/": "pooler_transform/",
    r"/self_attention_layer/(query|key|value)/": r"/attention/\1_",
    r"/self_attention_layer/attention_output/": "/attention/output_",
    r"/self_attention_layer_norm/": "/attention_norm/",
    r"/feedforward_intermediate_dense/": "/feed_forward/inner/",
    r"/feedforward_output_dense/": "/feed_forward/output/",
    r"/feedforward_layer_norm/": "/output_norm/",
}
_KERAS_HUB_HEAD = (
    "output_bias",
    "intermediate_dense/kernel",
    "intermediate_dense/bias",
    "intermediate_layer_norm/gamma",
    "intermediate_layer_norm/beta",
)


def encoder(**arguments):
    """Our encoder of the sizes of `tests.peers.encoders`."""
    return networks.TransformerEncoder(
        encoders.VOCAB_SIZE,
        encoders.HIDDEN,
        encoders.LAYERS,
        encoders.HEADS,
        sequence_length=encodings.LENGTH,
        type_vocab_size=encoders.TYPES,
        intermediate_size=encoders.INNER,
        **arguments,
    )


def with_masked_lm(network, activation):
    """A model that gives the three outputs that are compared."""
    features = dict(network.input)
    positions = keras.Input(
        (encodings.PREDICTIONS,), dtype="int32", name="masked_lm_positions"
    )
    encoded = network(features)
    head = layers.MaskedLM(
        network.get_embedding_layer(), activation, name="masked_lm"
    )
    outputs = {
        "sequence_output": encoded["sequence_output"],
        "pooled_output": encoded["pooled_output"],
        "masked_lm": head(encoded["sequence_output"], positions),
    }
    return keras.Model({**features, "masked_lm_positions": positions}, outputs)


def of_model_garden(arrays, **arguments):
    """Our model with Model Garden's arrays by name."""
    network = encoder(**arguments)
    own, head = _split(arrays, "head/")
    restore = checkpoints.restore_from_model_garden
    restore(network, types.SimpleNamespace(weights=_variables(own)))
    model = with_masked_lm(network, "relu")
    _assign_head(model, head, _MODEL_GARDEN_HEAD)
    return model


def of_hugging_face(arrays, folder):
    """Our model with Hugging Face's arrays by name, through a folder."""
    from safetensors import numpy as safetensors

    config = {
        "model_type": "bert",
        "vocab_size": encoders.VOCAB_SIZE,
        "hidden_size": encoders.HIDDEN,
        "num_hidden_layers": encoders.LAYERS,
        "num_attention_heads": encoders.HEADS,
        "intermediate_size": encoders.INNER,
        "max_position_embeddings": encodings.LENGTH,
        "type_vocab_size": encoders.TYPES,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "layer_norm_eps": 1e-12,
    }
    (folder / "config.json").write_text(json.dumps(config))
    safetensors.save_file(
        {name: np.ascontiguousarray(x) for name, x in arrays.items()},
        folder / "model.safetensors",
    )
    network = checkpoints.encoder_from_hugging_face(folder)
    model = with_masked_lm(network, "gelu")
    _, head = _split(arrays, "cls.")
    head = {name: x.T if x.ndim == 2 else x for name, x in head.items()}
    _assign_head(model, head, _HUGGING_FACE_HEAD)
    return model


def of_keras_hub(arrays):
    """Our model with keras-hub's arrays by name."""
    source = {}
    for name, array in arrays.items():
        for theirs, ours in _KERAS_HUB.items():
            name = re.sub(theirs, ours, name)
        if "/attention/" in name and not name.endswith("output_bias"):
            shape = (-1,) if name.endswith("_bias") else (encoders.HIDDEN, -1)
            array = array.reshape(shape)
        source[name] = assign_weights.SourceWeight(name, array)
    heads = {n: source.pop(n).value for n in list(source) if "_lm_head/" in n}
    network = encoder()
    assign_weights.assign_weights(network.weights_by_path(), source)
    model = with_masked_lm(network, "relu")
    _assign_head(model, heads, _KERAS_HUB_HEAD)
    return model


def differences(arrays, make_model):
    """How far our model is from a peer.

    Args:
        arrays: What a function of `tests.peers.encoders` gives.
        make_model: Puts arrays by name into our model.

    Returns:
        Dict of the largest difference of each output, and of any gradient
        relative to the largest entry of its weight's gradient, which is named.
    """
    weights, outputs, gradients = (
        _split(arrays, f"{kind}/")[1]
        for kind in ("weights", "outputs", "gradients")
    )
    ours, our_gradients = outputs_and_gradients(
        make_model(weights), encodings.features(), encodings.scalar
    )
    found = {
        name: np.abs(ours[name] - output).max()
        for name, output in outputs.items()
    }
    if gradients:
        theirs = {
            variable.path: keras.ops.convert_to_numpy(variable)
            for variable in make_model(gradients).trainable_variables
        }
        found["gradients"] = max(
            np.abs(our_gradients[path] - theirs[path]).max()
            / np.abs(theirs[path]).max()
            for path in our_gradients
        )
    return {name: float(value) for name, value in found.items()}


def _split(arrays, start):
    """The arrays whose name starts otherwise, and those that do, without it."""
    rest = {n: x for n, x in arrays.items() if not n.startswith(start)}
    chosen = {
        n.removeprefix(start): x
        for n, x in arrays.items()
        if n.startswith(start)
    }
    return rest, chosen


def _variables(arrays):
    return [
        types.SimpleNamespace(name=f"{name}:0", numpy=lambda x=x: x)
        for name, x in arrays.items()
    ]


def _assign_head(model, arrays, ends):
    head = model.get_layer("masked_lm")
    variables = [head.bias, *head.transform.weights, *head.norm.weights]
    for variable, end in zip(variables, ends, strict=True):
        (array,) = [x for name, x in arrays.items() if name.endswith(end)]
        variable.assign(array)
