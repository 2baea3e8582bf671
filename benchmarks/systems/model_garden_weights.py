"""Writes a Hugging Face folder's BERT as tf-models-official reads it.

Run with the JSON of the arguments of `main`, by the environment of the extra
`garden`.
"""

import json
import shutil
import sys

import tensorflow as tf
from official.legacy.bert import bert_models, configs
from safetensors import numpy as safetensors


def main(bert_folder, folder):
    """Leaves a checkpoint `folder`/garden, and garden.json, its sizes."""
    sizes = f"{folder}/garden.json"
    shutil.copy(f"{bert_folder}/config.json", sizes)
    encoder = bert_models.get_transformer_encoder(
        configs.BertConfig.from_json_file(sizes)
    )
    source = safetensors.load_file(f"{bert_folder}/model.safetensors")
    for weight in encoder.weights:
        name = hugging_face_name(weight.name.split(":")[0])
        value = source[name]
        if name.endswith("weight") and "/kernel" in weight.name:
            value = value.T
        weight.assign(value.reshape(weight.shape))
    tf.train.Checkpoint(encoder=encoder).write(f"{folder}/garden")


def hugging_face_name(name):
    """Hugging Face's name of a weight of tf-models-official."""
    for theirs, ours in {
        "word_embeddings/embeddings": "embeddings.word_embeddings.weight",
        "position_embedding/embeddings": (
            "embeddings.position_embeddings.weight"
        ),
        "type_embeddings/embeddings": "embeddings.token_type_embeddings.weight",
        "embeddings/layer_norm": "embeddings.LayerNorm",
        "transformer/layer_": "encoder.layer.",
        "/self_attention/query": ".attention.self.query",
        "/self_attention/key": ".attention.self.key",
        "/self_attention/value": ".attention.self.value",
        "/self_attention/attention_output": ".attention.output.dense",
        "/self_attention_layer_norm": ".attention.output.LayerNorm",
        "/intermediate": ".intermediate.dense",
        "/output_layer_norm": ".output.LayerNorm",
        "/output": ".output.dense",
        "pooler_transform": "pooler.dense",
        "/kernel": ".weight",
        "/gamma": ".weight",
        "/bias": ".bias",
        "/beta": ".bias",
    }.items():
        name = name.replace(theirs, ours)
    return name


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
