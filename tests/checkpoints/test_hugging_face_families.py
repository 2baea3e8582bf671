"""A table of names has every weight of a family once, in both directions."""

import json
import re

import keras
import numpy as np
import pytest

from nlp_modeling import checkpoints, layers, models, networks, text
from nlp_modeling.checkpoints.assign_weights import parts_of
from nlp_modeling.checkpoints.hugging_face.families import FAMILIES
from nlp_modeling.checkpoints.layer_names import (
    DENSE,
    NORM,
    LayerNames,
    weight_names,
)
from tests.checkpoints.same_model import assert_same_weights

safetensors = pytest.importorskip("safetensors.numpy")

MODELS = (
    models.BertPretrainer,
    models.BertClassifier,
    models.BertTokenClassifier,
    models.BertSpanLabeler,
    models.ReplacedTokenDetector,
)
HEADS = [
    (name, head) for name, family in FAMILIES.items() for head in family.heads
]
CONFIG = {
    "vocab_size": 20,
    "hidden_size": 8,
    "embedding_size": 6,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 12,
    "max_position_embeddings": 16,
    "type_vocab_size": 3,
    # Large enough to be seen in the outputs.
    "layer_norm_eps": 1e-3,
    "dim": 8,
    "n_layers": 2,
    "n_heads": 2,
    "hidden_dim": 12,
    "norm_eps": 1e-3,
    "local_attention": 4,
    "global_attn_every_n_layers": 2,
    "global_rope_theta": 50.0,
    "local_rope_theta": 20.0,
    "intra_bottleneck_size": 4,
    "num_feedforward_networks": 3,
    "pad_token_id": 1,
}
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "##ly"]


def model(name, head, **arguments):
    """A model of a family, with the arguments that its head has."""
    family = FAMILIES[name]
    made = family.arguments({**family.defaults, **CONFIG})
    if head in family.pooler_activations:
        made["pooler_activation"] = family.pooler_activations[head]
    encoder = family.encoder(**made)
    for made_of in MODELS:
        if head in made_of.hugging_face_heads:
            break
    if made_of is models.BertPretrainer:
        arguments["activation"] = made["activation"]
        arguments["num_classes"] = 2 if head == "ForPreTraining" else None
        epsilon = CONFIG[family.epsilon] if family.epsilon else 1e-12
        arguments["norm_epsilon"] = epsilon
    elif head == "ForReplacedTokens":
        arguments["activation"] = made["activation"]
    elif made_of is not models.BertSpanLabeler:
        arguments.setdefault("num_classes", 3)
    return made_of(encoder, **arguments)


@pytest.mark.parametrize(("name", "head"), HEADS)
def test_a_table_has_every_weight_and_no_other(name, head):
    family = FAMILIES[name]
    found = model(name, head).weights_by_path()
    paths = {part for path in found for part in parts_of(path)}
    heads = weight_names(family.heads[head], 2)
    # RoBERTa's classifier is the pooler of a model without another one.
    names = weight_names(family.layers, 2) | heads
    assert len(set(names.values())) == len(names)
    # Models of masked words, spans and tokens have no pooler in some families.
    absent = "pooler_transform/"
    assert all(re.match(family.optional, x) for x in names.keys() - paths)
    left = paths - names.keys() - {*family.zeros}
    assert all(path.startswith(absent) for path in left)


def test_a_table_that_names_a_weight_twice_is_refused():
    twice = LayerNames("a", "x/", DENSE), LayerNames("b", "x/", DENSE)
    with pytest.raises(ValueError, match="once"):
        weight_names(twice, 1)
    twice = LayerNames("a", "x/", DENSE), LayerNames("a", "y/", NORM)
    with pytest.raises(ValueError, match="once"):
        weight_names(twice, 1)


WRITTEN = [
    (name, head) for name, head in HEADS if FAMILIES[name].describe is not None
]


@pytest.mark.parametrize(("name", "head"), WRITTEN)
def test_a_model_that_was_written_is_read_bit_by_bit(name, head, tmp_path):
    # RoBERTa's padding has the id 1.
    vocabulary = ["[UNK]", "[PAD]", *VOCABULARY[2:]]
    tokenizer = text.BertTokenizer(vocabulary, lower_case=False)
    preprocessor = text.BertPreprocessor(tokenizer, 12)
    given = model(name, head, preprocessor=preprocessor)
    checkpoints.save_to_hugging_face(given, tmp_path, model_type=name)
    found = type(given).from_preset(tmp_path)
    values = found.weights_by_path()
    family = FAMILIES[name]
    names = weight_names(family.layers, 2) | weight_names(family.heads[head], 2)
    for path, weight in given.weights_by_path().items():
        # Some have no pooler where no head reads it.
        if path in names or not path.startswith("pooler_transform/"):
            np.testing.assert_array_equal(values[path], weight, err_msg=path)
    assert found.preprocessor.tokenizer.vocabulary == vocabulary
    assert not found.preprocessor.tokenizer.lower_case
    if head == "ForPreTraining":
        card = (tmp_path / "README.md").read_text()
        assert "library_name: transformers" in card
        assert f"{FAMILIES[name].name}{head}" in card


@pytest.mark.parametrize("name", ["bert", "albert", "roberta", "modernbert"])
def test_an_encoder_that_was_written_is_read_bit_by_bit(name, tmp_path):
    given = model(name, "ForMaskedLM").network
    checkpoints.save_to_hugging_face(given, tmp_path, model_type=name)
    found = checkpoints.load_encoder(tmp_path).weights_by_path()
    for path, weight in given.weights_by_path().items():
        # Hugging Face has no pooler of ModernBERT without a head.
        if name != "modernbert" or not path.startswith("pooler_transform/"):
            np.testing.assert_array_equal(found[path], weight, err_msg=path)


def test_positions_of_roberta_count_from_two(tmp_path):
    given = model("roberta", "ForMaskedLM")
    checkpoints.save_to_hugging_face(given, tmp_path, model_type="roberta")
    (table,) = [
        value
        for name, value in safetensors.load_file(
            tmp_path / "model.safetensors"
        ).items()
        if name.endswith("position_embeddings.weight")
    ]
    own = given.network.weights_by_path()["position_embedding/embeddings"]
    assert own.shape == (14, 8)
    np.testing.assert_array_equal(table[2:], own)
    assert not table[:2].any()
    config = json.loads((tmp_path / "config.json").read_text())
    assert config["max_position_embeddings"] == 16
    tokenizer = text.BertTokenizer(VOCABULARY)
    preprocessor = text.BertPreprocessor(tokenizer, 12)
    with pytest.raises(ValueError, match="pad_token_id=0"):
        checkpoints.save_to_hugging_face(
            given, tmp_path, preprocessor, "roberta"
        )


def modernbert_config(**changes):
    family = FAMILIES["modernbert"]
    return {**family.defaults, **CONFIG, **changes}


@pytest.mark.parametrize(
    ("kinds", "every"), [("fff", 1), ("fsf", 2), ("fss", 3), ("fssf", 3)]
)
def test_the_pattern_of_modernbert_is_read(kinds, every):
    names = {"f": "full_attention", "s": "sliding_attention"}
    config = modernbert_config(
        layer_types=[names[x] for x in kinds],
        num_hidden_layers=len(kinds),
        rope_parameters={
            "full_attention": {"rope_theta": 7.0, "rope_type": "default"},
            "sliding_attention": None,
        },
    )
    found = FAMILIES["modernbert"].arguments(config)
    assert found["global_attention_every"] == every
    assert (found["rope_theta"], found["local_rope_theta"]) == (7.0, 20.0)


@pytest.mark.parametrize(
    "changes",
    [
        {"layer_types": ["sliding_attention"] * 2},
        {"layer_types": ["full_attention"]},
        {"rope_parameters": {"full_attention": {"rope_type": "yarn"}}},
        {"classifier_activation": "mish"},
    ],
)
def test_another_modernbert_is_refused(changes):
    (key,) = changes
    with pytest.raises(ValueError, match=key):
        FAMILIES["modernbert"].arguments(modernbert_config(**changes))


@pytest.mark.parametrize("pooling", ["first", "mean"])
def test_the_parts_of_modernbert_are_kept(pooling, tmp_path):
    changes = {
        "global_attn_every_n_layers": 3,
        "hidden_activation": "silu",
        "classifier_activation": "relu",
        "embedding_dropout": 0.1,
        "attention_dropout": 0.2,
    }
    family = FAMILIES["modernbert"]
    encoder = family.encoder(**family.arguments(modernbert_config(**changes)))
    given = models.BertClassifier(encoder, 3, pooling=pooling)
    checkpoints.save_to_hugging_face(given, tmp_path)
    found = models.BertClassifier.from_preset(tmp_path)
    assert found.pooling == pooling
    read, own = (x.network.get_config() for x in (found, given))
    assert read.keys() == own.keys()
    differing = {key for key in own if read[key] != own[key]}
    assert differing <= {"name", "initializer", "norm", "pooler_layer"}
    for part in ("final_norm", "pooler_layer"):
        read, own = (getattr(x.network, part) for x in (found, given))
        assert read.get_config() == own.get_config()


def modernbert(pooler="relu", **arguments):
    pooler_layer = layers.NormalizedTransform(pooler)
    return networks.ModernBertEncoder(
        20,
        8,
        1,
        2,
        intermediate_size=12,
        **{"pooler_layer": pooler_layer, **arguments},
    )


def test_what_a_modernbert_does_not_have_is_refused(tmp_path):
    norm = keras.layers.LayerNormalization
    for given, said in (
        (modernbert(norm=norm()), "norm="),
        (modernbert(norm=keras.layers.UnitNormalization()), "norm="),
        (modernbert(activation="mish"), "mish"),
        (models.BertClassifier(modernbert("mish"), 2), "mish"),
        (
            models.BertClassifier(modernbert(pooler_layer=None), 2),
            "NormalizedTransform. Received: Dense",
        ),
        (
            models.BertClassifier(modernbert(norm=norm(center=False)), 2),
            "norm_epsilon=1e-05",
        ),
        (
            models.BertPretrainer(modernbert(), None, activation="gelu"),
            "norm_epsilon=1e-12",
        ),
        (models.BertSpanLabeler(modernbert()), "ModernBertEncoder"),
    ):
        with pytest.raises(ValueError, match=said):
            checkpoints.save_to_hugging_face(given, tmp_path)
    given = models.BertPretrainer(
        modernbert(), None, activation="gelu", norm_epsilon=1e-5
    )
    beta = given.weights_by_path()["masked_lm/norm/beta"]
    beta.assign(np.full(8, 0.5, "float32"))
    with pytest.raises(ValueError, match="masked_lm/norm/beta .* 0.5"):
        checkpoints.save_to_hugging_face(given, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "changes",
    [
        {"key_query_shared_bottleneck": False},
        {"normalization_type": "layer_norm"},
        {"classifier_activation": False},
    ],
)
def test_what_a_mobilebert_does_not_have_is_refused(changes, tmp_path):
    family = FAMILIES["mobilebert"]
    arguments = family.arguments({**family.defaults, **CONFIG})
    encoder = family.encoder(**{**arguments, **changes})
    said = "Identity" if "classifier_activation" in changes else min(changes)
    with pytest.raises(ValueError, match=said):
        checkpoints.save_to_hugging_face(encoder, tmp_path)
    with pytest.raises(ValueError, match="num_feedforward_networks=9"):
        family.arguments(
            {**family.defaults, **CONFIG, "num_feedforward_networks": 9}
        )


def test_labels_are_kept(tmp_path):
    given = model("bert", "ForSequenceClassification", labels=list("abc"))
    checkpoints.save_to_hugging_face(given, tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    assert config["id2label"] == {"0": "a", "1": "b", "2": "c"}
    assert config["label2id"] == {"a": 0, "b": 1, "c": 2}
    found = models.BertClassifier.from_preset(tmp_path)
    assert found.labels == ("a", "b", "c")
    # Labels of one's own ask for a new head.
    found = models.BertClassifier.from_preset(tmp_path, labels=["x", "y"])
    assert found.output_shape[-1] == 2
    # So does a model with other heads.
    assert models.BertSpanLabeler.from_preset(tmp_path)
    for labels, problem in (
        ({"0": "a", "2": "b"}, None),
        ({"0": "a", "1": "b", "2": "c"}, "multi_label_classification"),
    ):
        changed = {**config, "id2label": labels, "problem_type": problem}
        (tmp_path / "config.json").write_text(json.dumps(changed))
        with pytest.raises(ValueError, match=problem or "id2label"):
            models.BertClassifier.from_preset(tmp_path)


def test_a_new_classifier_has_the_pooler_of_its_family(tmp_path):
    """So it can be written as the family's, which has this one alone."""
    given = model("electra", "ForReplacedTokens")
    checkpoints.save_to_hugging_face(given, tmp_path / "in")
    made = models.BertClassifier.from_preset(
        tmp_path / "in", labels=["no", "yes"]
    )
    checkpoints.save_to_hugging_face(
        made, tmp_path / "out", model_type="electra"
    )
    found = models.BertClassifier.from_preset(tmp_path / "out")
    assert found.labels == ("no", "yes")
    assert_same_weights(made, found)
    tanh = models.BertClassifier(checkpoints.load_encoder(tmp_path / "in"), 2)
    with pytest.raises(ValueError, match="pooler of ElectraForSequence"):
        checkpoints.save_to_hugging_face(tanh, tmp_path, model_type="electra")


def test_a_regression_stays_one(tmp_path):
    given = model("bert", "ForSequenceClassification", num_classes=1)
    checkpoints.save_to_hugging_face(given, tmp_path)
    found = models.BertClassifier.from_preset(tmp_path)
    assert found.output_shape[-1] == 1
    assert found.labels is None


def test_a_head_that_is_damaged_is_named(tmp_path):
    given = model("bert", "ForMaskedLM")
    checkpoints.save_to_hugging_face(given, tmp_path)
    path = tmp_path / "model.safetensors"
    weights = safetensors.load_file(path)
    table = weights["bert.embeddings.word_embeddings.weight"]
    bias = "cls.predictions.bias"
    for change, said in (
        ({"cls.predictions.decoder.weight": table + 1}, "must be equal to"),
        ({"cls.more": table}, "cls.more"),
        ({bias: weights[bias][:-1]}, bias),
        ({bias: None}, "masked_lm/bias"),
    ):
        changed = {k: v for k, v in (weights | change).items() if v is not None}
        safetensors.save_file(changed, path)
        with pytest.raises(ValueError, match=said) as caught:
            models.BertPretrainer.from_preset(tmp_path)
        assert str(tmp_path) in str(caught.value)
    # A table that is repeated is a part of old files.
    repeated = {"cls.predictions.decoder.weight": table}
    safetensors.save_file(weights | repeated, path)
    assert models.BertPretrainer.from_preset(tmp_path)


def test_what_hugging_face_does_not_have_is_refused(tmp_path):
    encoder = networks.TransformerEncoder(
        20, 8, 1, 2, None, 16, intermediate_size=12, embedding_width=4
    )
    with pytest.raises(ValueError, match="embedding_projection"):
        checkpoints.save_to_hugging_face(encoder, tmp_path)
    encoder = model("bert", "ForMaskedLM").network
    for model_type in ("albert", "distilbert"):
        with pytest.raises(ValueError, match=f"{model_type=}"):
            checkpoints.save_to_hugging_face(
                encoder, tmp_path, model_type=model_type
            )
    with pytest.raises(ValueError, match="norm_epsilon"):
        checkpoints.save_to_hugging_face(
            models.BertPretrainer(encoder, activation="gelu"), tmp_path
        )
    with pytest.raises(ValueError, match="gelu"):
        checkpoints.save_to_hugging_face(
            models.BertPretrainer(encoder, activation="relu"), tmp_path
        )
    approximate = networks.TransformerEncoder(
        20, 8, 1, 2, None, 16, intermediate_size=12
    )
    with pytest.raises(ValueError, match="hidden_act='gelu_new'"):
        checkpoints.save_to_hugging_face(
            approximate, tmp_path, model_type="roberta"
        )
    block = layers.TransformerEncoderBlock(2, 12, "gelu", norm_epsilon=0.1)
    mixed = networks.TransformerEncoder(20, 8, 1, 2, None, 16, block=block)
    with pytest.raises(ValueError, match="one epsilon"):
        checkpoints.save_to_hugging_face(mixed, tmp_path)
    mean = models.BertClassifier(encoder, 2, pooling="mean")
    with pytest.raises(ValueError, match="pooling='mean'"):
        checkpoints.save_to_hugging_face(mean, tmp_path)
    encoder.enable_lora(2)
    with pytest.raises(ValueError, match="lora"):
        checkpoints.save_to_hugging_face(encoder, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_file_of_pytorch_is_read_without_running_it(tmp_path):
    torch = pytest.importorskip("torch")
    given = model("bert", "ForSequenceClassification")
    checkpoints.save_to_hugging_face(given, tmp_path)
    safe = tmp_path / "model.safetensors"
    weights = safetensors.load_file(safe)
    safe.unlink()
    path = tmp_path / "pytorch_model.bin"
    torch.save({k: torch.tensor(v) for k, v in weights.items()}, path)
    found = models.BertClassifier.from_preset(tmp_path).weights_by_path()
    for name, weight in given.weights_by_path().items():
        np.testing.assert_array_equal(found[name], weight, err_msg=name)
    torch.save({**weights, "code": Runs(tmp_path / "ran")}, path)
    with pytest.raises(ValueError, match="without code") as caught:
        models.BertClassifier.from_preset(tmp_path)
    assert str(path) in str(caught.value)
    assert not (tmp_path / "ran").exists()
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ValueError, match="must be a whole"):
        models.BertClassifier.from_preset(tmp_path)


class Runs:
    """Writes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")
