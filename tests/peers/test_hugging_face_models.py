"""Models of Hugging Face come in, and ours go out, with equal outputs."""

import numpy as np
import pytest

from nlp_modeling import checkpoints, models, text
from tests.checkpoints import test_hugging_face_families as families
from tests.text import byte_pairs

TOLERANCE = 1e-5
# Hugging Face's models of masked words share more than a table.
OURS = {
    "ForPreTraining": models.BertPretrainer,
    "ForMaskedLM": models.BertPretrainer,
    "ForSequenceClassification": models.BertClassifier,
    "ForTokenClassification": models.BertTokenClassifier,
    "ForQuestionAnswering": models.BertSpanLabeler,
    "ForReplacedTokens": models.ReplacedTokenDetector,
}


@pytest.fixture(scope="module")
def transformers():
    return pytest.importorskip("transformers")


def their_model(transformers, name, head):
    """A small model with weights that are nowhere 0 or 1."""
    import torch

    family = families.FAMILIES[name]
    config = getattr(transformers, f"{family.name}Config")(
        **families.CONFIG,
        num_labels=2
        if head in ("ForQuestionAnswering", "ForPreTraining")
        else 3,
    )
    torch.manual_seed(1)
    model = getattr(transformers, family.architecture(head))(config).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.3 * torch.randn_like(weight))
    return model


def features():
    draw = np.random.default_rng(0)
    ids = draw.integers(2, 20, (4, 12)).astype("int32")
    mask = (np.arange(12) < np.array([[12], [9], [5], [2]])).astype("int32")
    return {
        # RoBERTa's padding, which has another position than a token.
        "input_word_ids": np.where(mask, ids, 1),
        "input_mask": mask,
        "input_type_ids": draw.integers(0, 2, (4, 12)).astype("int32"),
    }


def their_outputs(model, given):
    """Their scores, in the order of ours, as NumPy."""
    import torch

    tensors = {
        "input_ids": torch.tensor(given["input_word_ids"]).long(),
        "attention_mask": torch.tensor(given["input_mask"]).long(),
    }
    # The others have no segments.
    if not type(model).__name__.startswith(("DistilBert", "ModernBert")):
        types = torch.tensor(given["input_type_ids"]).long()
        tensors["token_type_ids"] = types
    with torch.no_grad():
        outputs = model(**tensors)
    names = (
        *("prediction_logits", "seq_relationship_logits", "sop_logits"),
        *("logits", "start_logits", "end_logits"),
        *("last_hidden_state", "pooler_output"),
    )
    return [outputs[name].numpy() for name in names if name in outputs]


def our_outputs(model, given):
    if isinstance(model, models.BertPretrainer):
        every = np.broadcast_to(np.arange(12, dtype="int32"), (4, 12))
        given = {**given, "masked_lm_positions": every}
    outputs = model(given)
    if isinstance(outputs, dict):
        names = (
            "masked_lm",
            "classification",
            "sequence_output",
            "pooled_output",
        )
        outputs = [outputs[name] for name in names if name in outputs]
    outputs = outputs if isinstance(outputs, list) else [outputs]
    return [np.asarray(x) for x in outputs]


def assert_equal(ours, theirs, given):
    """Compares outputs, at padding too unless they are of every position."""
    assert len(ours) == len(theirs)
    mask = given["input_mask"].astype(bool)
    difference = 0.0
    for own, their in zip(ours, theirs, strict=True):
        assert own.shape == their.shape
        both = (own, their)
        if own.shape[:2] == mask.shape:
            both = (x[mask] for x in both)
        difference = max(difference, np.abs(np.subtract(*both)).max())
    print(difference)
    assert difference < TOLERANCE


@pytest.mark.parametrize(("name", "head"), families.HEADS)
def test_a_model_comes_in_with_its_head(transformers, name, head, tmp_path):
    theirs = their_model(transformers, name, head)
    theirs.save_pretrained(tmp_path)
    ours = OURS[head].from_preset(tmp_path)
    given = features()
    assert_equal(our_outputs(ours, given), their_outputs(theirs, given), given)


@pytest.mark.parametrize("name", families.FAMILIES)
def test_an_encoder_comes_in(transformers, name, tmp_path):
    theirs = their_model(transformers, name, "Model")
    theirs.save_pretrained(tmp_path)
    ours = our_outputs(checkpoints.load_encoder(tmp_path), features())
    wanted = their_outputs(theirs, features())
    # Some have no pooler; ours is random then.
    assert_equal(ours[: len(wanted)], wanted, features())


@pytest.mark.parametrize(("name", "head"), families.WRITTEN)
def test_a_model_goes_out_with_its_head(transformers, name, head, tmp_path):
    ours = families.model(
        name, head, **({"labels": list("xyz")} if "Classif" in head else {})
    )
    family = families.FAMILIES[name]
    for path, weight in ours.weights_by_path().items():
        drawn = 0.3 * np.random.default_rng(2).normal(size=weight.shape)
        if path not in family.zeros:
            weight.assign(np.asarray(weight) + drawn)
    checkpoints.save_to_hugging_face(ours, tmp_path, model_type=name)
    auto = {"ForSequenceClassification": "AutoModelForSequenceClassification"}
    theirs, loading = getattr(
        transformers, auto.get(head, family.architecture(head))
    ).from_pretrained(tmp_path, output_loading_info=True)
    assert not loading["missing_keys"]
    # Ours have a pooler in any case, which Hugging Face then leaves out.
    assert all("pooler" in x for x in loading["unexpected_keys"])
    given = features()
    assert_equal(
        our_outputs(ours, given), their_outputs(theirs.eval(), given), given
    )
    if "Classif" in head:
        assert theirs.config.id2label == {0: "x", 1: "y", 2: "z"}


@pytest.mark.parametrize(
    "changes",
    [
        {
            "key_query_shared_bottleneck": False,
            "use_bottleneck_attention": True,
        },
        {"num_feedforward_networks": 1},
        {"classifier_activation": False},
    ],
)
def test_variants_of_mobilebert_come_in(transformers, changes, tmp_path):
    import torch

    config = {**families.CONFIG, **changes}
    torch.manual_seed(1)
    theirs = transformers.MobileBertForSequenceClassification(
        transformers.MobileBertConfig(**config, num_labels=3)
    ).eval()
    with torch.no_grad():
        for weight in theirs.parameters():
            weight.add_(0.3 * torch.randn_like(weight))
    theirs.save_pretrained(tmp_path)
    ours = models.BertClassifier.from_preset(tmp_path)
    given = features()
    wanted = their_outputs(theirs, given)
    assert_equal(our_outputs(ours, given), wanted, given)
    if "classifier_activation" in changes:
        return
    checkpoints.save_to_hugging_face(ours, tmp_path / "out")
    auto = transformers.AutoModelForSequenceClassification
    out, loading = auto.from_pretrained(
        tmp_path / "out", output_loading_info=True
    )
    assert not loading["missing_keys"] and not loading["unexpected_keys"]
    (found,) = their_outputs(out.eval(), given)
    np.testing.assert_array_equal(found, wanted[0])


@pytest.mark.parametrize("pooling", ["cls", "mean"])
@pytest.mark.parametrize("is_old", [False, True])
def test_modernbert_looks_far_and_near(transformers, pooling, is_old, tmp_path):
    """Of six layers, the first and the fourth look at all positions."""
    import json

    import torch

    sizes = {"num_hidden_layers": 6, "global_attn_every_n_layers": 3}
    config = transformers.ModernBertConfig(
        **{**families.CONFIG, **sizes},
        num_labels=3,
        classifier_pooling=pooling,
    )
    torch.manual_seed(1)
    theirs = transformers.ModernBertForSequenceClassification(config).eval()
    with torch.no_grad():
        for weight in theirs.parameters():
            weight.add_(0.3 * torch.randn_like(weight))
    theirs.save_pretrained(tmp_path)
    path = tmp_path / "config.json"
    written = json.loads(path.read_text())
    if is_old:  # As the files on the hub are.
        for key in ("layer_types", "rope_parameters"):
            del written[key]
        written |= {**families.CONFIG, **sizes}
    else:
        for key in [x for x in written if x.startswith("global_")]:
            del written[key]
    path.write_text(json.dumps(written))
    draw = np.random.default_rng(3)
    given = {
        "input_word_ids": draw.integers(2, 20, (3, 50)).astype("int32"),
        "input_mask": np.arange(50) < np.array([[50], [31], [4]]),
    }
    model = models.BertClassifier.from_preset(tmp_path)
    outputs = [np.asarray(model(given))]
    outputs.append(np.asarray(model.network(given)["sequence_output"]))
    theirs.config.output_hidden_states = False
    with torch.no_grad():
        tensors = {
            "input_ids": torch.tensor(given["input_word_ids"]).long(),
            "attention_mask": torch.tensor(given["input_mask"]).long(),
        }
        wanted = [theirs(**tensors).logits, theirs.model(**tensors)[0]]
    wanted = [x.numpy() for x in wanted]
    assert_equal(outputs, wanted, given)
    checkpoints.save_to_hugging_face(model, tmp_path / "out")
    auto = transformers.AutoModelForSequenceClassification
    out, loading = auto.from_pretrained(
        tmp_path / "out", output_loading_info=True
    )
    assert type(out) is type(theirs)
    assert not loading["missing_keys"] and not loading["unexpected_keys"]
    with torch.no_grad():
        again = [out(**tensors).logits, out.model(**tensors)[0]]
    for x, y in zip(again, wanted, strict=True):
        np.testing.assert_array_equal(x.numpy(), y)


def test_a_tokenizer_goes_out(transformers, tmp_path):
    words = ["good", "##ly", "a", "film", ",", "!", "é", "E", "not"]
    tokenizer = text.BertTokenizer([*families.VOCABULARY[:5], *words])
    model = families.model(
        "bert",
        "ForSequenceClassification",
        preprocessor=text.BertPreprocessor(tokenizer, 12),
    )
    checkpoints.save_to_hugging_face(model, tmp_path)
    theirs = transformers.AutoTokenizer.from_pretrained(tmp_path)
    for sentence in ("A goodly film!", "é, É e E", "not [MASK]", "x" * 200, ""):
        found = theirs(sentence, split_special_tokens=True)["input_ids"]
        (own,) = model.preprocessor([sentence])["input_word_ids"]
        assert [x for x in np.asarray(own) if x] == found, sentence
    pair = theirs("a film", "good")
    assert pair["token_type_ids"] == [0, 0, 0, 0, 1, 1]
    assert theirs.model_max_length == 12
    assert theirs.mask_token_id == 4


@pytest.mark.parametrize("has_byte_pairs", [False, True])
def test_a_modernbert_of_texts_goes_out(transformers, has_byte_pairs, tmp_path):
    import torch

    tokenizer = text.BertTokenizer([*families.VOCABULARY, "a", "film"])
    if has_byte_pairs:
        tokenizer = byte_pairs.tokenizer()
    sizes = {"vocab_size": 300, "local_attention": 4}
    family = families.FAMILIES["modernbert"]
    config = {**family.defaults, **families.CONFIG, **sizes}
    model = models.BertClassifier(
        family.encoder(**family.arguments(config)),
        3,
        preprocessor=text.BertPreprocessor(tokenizer, 80),
    )
    checkpoints.save_to_hugging_face(model, tmp_path)
    read = transformers.AutoTokenizer.from_pretrained(tmp_path)
    theirs = transformers.AutoModelForSequenceClassification.from_pretrained(
        tmp_path
    )
    assert theirs.config.pad_token_id == tokenizer.pad_id
    assert theirs.config.sep_token_id == read.sep_token_id == tokenizer.sep_id
    given = ["a good film", "a film"]
    with torch.no_grad():
        wanted = theirs(**read(given, padding=True, return_tensors="pt")).logits
    found = model.predict(given, verbose=0)
    np.testing.assert_allclose(found, wanted.numpy(), atol=TOLERANCE)


def roberta_tokenizer(transformers, folder):
    """Their tokenizer of the files of RoBERTa, which it then writes."""
    byte_pairs.write_vocabulary(folder)
    made = transformers.RobertaTokenizer.from_pretrained(folder)
    assert made.tokenize("a good film") == ["a", "Ġgood", "Ġfilm"]
    return made


def assert_same_ids(theirs, preprocessor):
    pairs = list(zip(byte_pairs.TEXTS, byte_pairs.TEXTS[::-1], strict=True))
    for texts in (byte_pairs.TEXTS, pairs):
        found = theirs(
            texts,
            padding="max_length",
            max_length=80,
            split_special_tokens=True,
        )
        found["input_word_ids"] = found.pop("input_ids")
        found["input_mask"] = found.pop("attention_mask")
        own = preprocessor(texts)
        for name in ("input_word_ids", "input_mask"):
            np.testing.assert_array_equal(own[name], found[name])


def test_the_tokenizer_of_roberta_comes_in_and_goes_out(transformers, tmp_path):
    theirs = roberta_tokenizer(transformers, tmp_path)
    read = text.BertPreprocessor.from_preset(tmp_path, sequence_length=80)
    assert_same_ids(theirs, read)
    theirs.save_pretrained(tmp_path / "one_file")
    assert not (tmp_path / "one_file" / "merges.txt").exists()
    again = text.BertPreprocessor.from_preset(
        tmp_path / "one_file", sequence_length=80
    )
    assert_same_ids(theirs, again)
    again.tokenizer.save_to_hugging_face(tmp_path / "out", 80)
    out = transformers.AutoTokenizer.from_pretrained(tmp_path / "out")
    assert_same_ids(out, again)
    assert (out.pad_token_id, out.mask_token_id) == (1, 4)
    assert (out.cls_token_id, out.sep_token_id) == (0, 2)
    assert out.tokenize("a <mask> a") == theirs.tokenize("a <mask> a")
    # The mask of the files of a hub takes the space before it.
    byte_pairs.tokenizer().save_to_hugging_face(tmp_path / "out", 80)
    out = transformers.AutoTokenizer.from_pretrained(tmp_path / "out")
    found = out.tokenize("a <mask> film")
    assert [x.strip() for x in found] == ["a", "<mask>", "Ġfilm"]


def test_a_roberta_classifies_texts(transformers, tmp_path, capsys):
    import torch

    from official_runs.finetuning.convert import convert

    tokenizer = roberta_tokenizer(transformers, tmp_path)
    sizes = {"vocab_size": 300, "max_position_embeddings": 82}
    config = transformers.RobertaConfig(
        **{**families.CONFIG, **sizes, "type_vocab_size": 1}, num_labels=3
    )
    torch.manual_seed(1)
    theirs = transformers.RobertaForSequenceClassification(config).eval()
    with torch.no_grad():
        for weight in theirs.parameters():
            weight.add_(0.3 * torch.randn_like(weight))
    theirs.save_pretrained(tmp_path)
    model = models.BertClassifier.from_preset(tmp_path)
    pairs = list(zip(byte_pairs.TEXTS, byte_pairs.TEXTS[::-1], strict=True))
    for texts in (byte_pairs.TEXTS, pairs):
        features = tokenizer(
            texts, padding=True, return_tensors="pt", split_special_tokens=True
        )
        with torch.no_grad():
            wanted = theirs(**features).logits.numpy()
        found = model.predict(texts, verbose=0)
        print(np.abs(found - wanted).max())
        np.testing.assert_allclose(found, wanted, atol=TOLERANCE)
    convert(str(tmp_path), "hugging_face", str(tmp_path / "out"), False)
    said = capsys.readouterr().out
    assert f"transformers {transformers.__version__}:" in said
    again = transformers.AutoTokenizer.from_pretrained(tmp_path / "out")
    assert_same_ids(
        again, text.BertPreprocessor(model.preprocessor.tokenizer, 80)
    )
    loaded = transformers.AutoModelForSequenceClassification.from_pretrained(
        tmp_path / "out"
    )
    assert type(loaded) is transformers.RobertaForSequenceClassification


@pytest.mark.parametrize(
    ("name", "head"),
    [("bert", None), ("modernbert", None)]
    + [x for x in families.HEADS if x[0] in ("bert", "modernbert")],
)
def test_convert_checkpoint_compares_the_outputs(
    transformers, name, head, tmp_path, capsys
):
    from official_runs.finetuning.convert import convert

    model = families.model(name, head or "ForMaskedLM")
    (model if head else model.network).save_to_preset(tmp_path / "source")
    convert(str(tmp_path / "source"), "hugging_face", str(tmp_path / "o"), True)
    assert (
        f"transformers {transformers.__version__}:" in capsys.readouterr().out
    )
