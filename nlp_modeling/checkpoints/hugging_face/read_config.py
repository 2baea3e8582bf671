"""Reads `config.json` of a folder of Hugging Face."""

import os
from typing import Any, TypedDict

from nlp_modeling import json_files
from nlp_modeling.checkpoints.hugging_face.families import family_of
from nlp_modeling.checkpoints.hugging_face.family import Family, require_needed


class _Config(TypedDict, total=False):
    model_type: str
    architectures: list[str] | None
    id2label: dict[str, str] | None
    problem_type: str | None
    classifier_dropout: float | None
    classifier_dropout_prob: float | None
    seq_classif_dropout: float | None
    position_embedding_type: str
    layer_norm_eps: float
    is_decoder: bool
    add_cross_attention: bool
    num_hidden_groups: int
    inner_group_num: int
    pad_token_id: int | None
    vocab_size: int
    embedding_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    hidden_act: str
    hidden_dropout_prob: float
    attention_probs_dropout_prob: float
    max_position_embeddings: int
    type_vocab_size: int
    # ModernBERT's.
    norm_eps: float
    norm_bias: bool
    attention_bias: bool
    mlp_bias: bool
    decoder_bias: bool
    classifier_bias: bool
    hidden_activation: str
    classifier_activation: str | bool
    classifier_pooling: str
    embedding_dropout: float
    local_attention: int
    layer_types: list[str] | None
    global_attn_every_n_layers: int
    rope_parameters: dict[str, Any] | None
    rope_scaling: Any
    global_rope_theta: float
    local_rope_theta: float
    # MobileBERT's.
    trigram_input: bool
    use_bottleneck: bool
    intra_bottleneck_size: int
    key_query_shared_bottleneck: bool
    use_bottleneck_attention: bool
    num_feedforward_networks: int
    normalization_type: str
    # DistilBERT's.
    dim: int
    n_layers: int
    n_heads: int
    hidden_dim: int
    activation: str
    dropout: float
    attention_dropout: float


def read_config(
    folder: str, name: str = "config.json", family: Family | None = None
) -> tuple[Family, dict]:
    """Reads the configuration of a folder, and finds the family that it is of.

    A folder that asks for its own code (`auto_map`) is read without it.

    Args:
        folder: The path of the folder.
        name: The name of the file.
        family: The family; None for the one that the file names.

    Returns:
        The family, and the configuration with the defaults that the file
        leaves out.

    Raises:
        ValueError: If the file is missing, damaged, or of another family. Names
            the file and the key.
    """
    path = os.path.join(folder, name)
    config = json_files.read_json(path, _Config)
    try:
        family = family or family_of(config)
        require_needed(family, config)
    except ValueError as error:
        raise ValueError(
            f"{name} must describe a known model. Received: {path}: {error}"
        ) from None
    return family, {**family.defaults, **config}
