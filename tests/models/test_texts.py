"""Models fit, evaluate and predict on texts, on every backend."""

import sys

import keras
import numpy as np
import pytest

from nlp_modeling import layers, models, networks, text
from nlp_modeling.models.text_batches import TextBatches

VOCABULARY = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
    *("good", "bad", "fine", "poor", "film", "plot"),
]
# The first word decides; the rest makes lengths differ.
TEXTS = [
    f"{word} {'film plot ' * count}"
    for count in range(7)
    for word in ("good", "bad", "fine", "poor")
]
LABELS = [0, 1, 0, 1] * 7
NAMES = ("yes", "no")
# JAX takes each operation apart otherwise, and XLA takes long on TensorFlow.
COMPILES = keras.backend.backend() == "jax"


@pytest.fixture(scope="module")
def tokenizer():
    if keras.backend.backend() != "tensorflow":
        pytest.importorskip("tokenizers")
    return text.BertTokenizer(VOCABULARY)


@pytest.fixture
def preprocessor(tokenizer):
    return text.BertPreprocessor(tokenizer, 16)


def encoder(**arguments):
    sizes = {"intermediate_size": 32, "max_sequence_length": 16}
    sizes |= {"dropout_rate": 0.0, "attention_dropout_rate": 0.0}
    return networks.TransformerEncoder(
        len(VOCABULARY), 16, 1, 2, None, **sizes | arguments
    )


def classifier(preprocessor, **arguments):
    keras.utils.set_random_seed(1)
    given = {"labels": NAMES, "preprocessor": preprocessor, "dropout_rate": 0.0}
    return models.BertClassifier(encoder(), **given | arguments)


def features(preprocessor):
    found = preprocessor(TEXTS)
    return {k: keras.ops.convert_to_numpy(v) for k, v in found.items()}


def test_a_classifier_learns_from_texts(preprocessor):
    model = classifier(preprocessor)
    model.compile(
        **model.compile_defaults()
        | {"optimizer": keras.optimizers.Adam(0.01), "jit_compile": COMPILES}
    )
    validation = TEXTS[:4], LABELS[:4]
    history = model.fit(
        TEXTS, LABELS, 4, epochs=8, validation_data=validation, verbose=0
    ).history
    assert history["accuracy"][-1] == history["val_accuracy"][-1] == 1.0
    assert model.evaluate(TEXTS, LABELS, verbose=0)[1] == 1.0
    expected = [NAMES[label] for label in LABELS]
    assert model.predict_labels(TEXTS, verbose=0) == expected


def test_texts_give_what_their_features_give(preprocessor):
    model = classifier(preprocessor)
    expected = model.predict(features(preprocessor), verbose=0)
    for size in (3, 32):
        found = model.predict(TEXTS, size, verbose=0)
        np.testing.assert_allclose(found, expected, atol=1e-6)
    called = keras.ops.convert_to_numpy(model(TEXTS[:5]))
    np.testing.assert_allclose(called, expected[:5], atol=1e-6)
    model.compile(**model.compile_defaults() | {"jit_compile": COMPILES})
    on_texts = model.evaluate(TEXTS, LABELS, verbose=0)
    labels = np.array(LABELS)
    on_features = model.evaluate(features(preprocessor), labels, verbose=0)
    np.testing.assert_allclose(on_texts, on_features, atol=1e-6)


def test_names_of_classes_are_labels_too(preprocessor):
    names = [NAMES[label] for label in LABELS]
    losses = []
    for labels in (LABELS, names):
        model = classifier(preprocessor)
        losses.append(model.fit(TEXTS, labels, verbose=0).history["loss"])
    assert losses[0] == losses[1]
    with pytest.raises(ValueError, match="maybe"):
        model.fit(TEXTS[:2], ["yes", "maybe"])


def test_weights_count(preprocessor):
    model = classifier(preprocessor)
    model.compile(**model.compile_defaults() | {"jit_compile": COMPILES})
    weights = np.array([1.0] + [0.0] * (len(TEXTS) - 1))
    found = model.evaluate(TEXTS, LABELS, sample_weight=weights, verbose=0)
    alone = model.evaluate(TEXTS[:1], LABELS[:1], verbose=0)
    # Keras divides a batch's loss by its examples, and the accuracy by weights.
    assert found[0] * len(TEXTS) == pytest.approx(alone[0], rel=1e-4)
    assert found[1] == alone[1]


def test_pairs_are_read(preprocessor):
    model = classifier(preprocessor)
    pairs = TEXTS[::2], TEXTS[1::2]
    found = model.predict(pairs, verbose=0)
    rows = list(zip(*pairs, strict=True))
    np.testing.assert_allclose(found, model.predict(rows, verbose=0), atol=1e-6)
    assert len(found) == len(TEXTS) // 2


def test_the_last_texts_are_split_off(preprocessor):
    history = classifier(preprocessor).fit(
        TEXTS, LABELS, validation_split=0.25, verbose=0
    )
    assert "val_accuracy" in history.history


def test_a_regression_learns_from_texts(preprocessor):
    model = classifier(preprocessor, labels=None, num_classes=1)
    model.fit(TEXTS, np.array(LABELS, "float32"), verbose=0)
    assert model.predict(TEXTS, verbose=0).shape == (len(TEXTS), 1)


@pytest.mark.parametrize("kind", [models.BertSpanLabeler, None])
def test_outputs_of_positions_join_at_one_length(preprocessor, kind):
    if kind is None:
        model = models.BertTokenClassifier(
            encoder(), 3, preprocessor=preprocessor
        )
    else:
        model = kind(encoder(), preprocessor=preprocessor)
    found = model.predict(TEXTS, 5, verbose=0)
    expected = model.predict(features(preprocessor), verbose=0)
    for one, other in zip(
        keras.tree.flatten(found), keras.tree.flatten(expected), strict=True
    ):
        np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.mark.filterwarnings("error:Gradients do not exist")
def test_a_pretrainer_learns_from_texts(tokenizer):
    pytest.importorskip("tensorflow")
    keras.utils.set_random_seed(1)
    model = models.BertPretrainer(
        encoder(),
        None,
        preprocessor=text.MaskedLMPreprocessor(tokenizer, 16, rate=0.3),
    )
    model.compile(
        **model.compile_defaults()
        | {"optimizer": keras.optimizers.Adam(0.01), "jit_compile": COMPILES}
    )
    history = model.fit(
        TEXTS, epochs=15, validation_data=TEXTS[:8], verbose=0
    ).history
    assert history["loss"][-1] < 0.8 * history["loss"][0]
    assert history["val_loss"][-1] < 0.8 * history["val_loss"][0]


def fill(tokenizer, **arguments):
    keras.utils.set_random_seed(1)
    model = models.BertPretrainer(encoder(), None, **arguments)
    return model, models.MaskFiller(model, tokenizer, top_k=3)


@pytest.mark.parametrize("count", [None, 1, 4])
def test_a_mask_filler_gives_the_best_words_of_every_mask(tokenizer, count):
    model, filler = fill(tokenizer, num_token_predictions=count)
    # Words, [CLS] before and [SEP] after.
    ids = np.array([[2, 5, 4, 9, 4, 4, 3]], "int32")
    places = np.zeros((1, count or 3), "int32")
    expected = []
    for place in (2, 4, 5):
        places[0, 0] = place
        logits = model([ids, np.ones_like(ids), np.zeros_like(ids), places])
        logits = keras.ops.convert_to_numpy(logits["masked_lm"])[0, 0]
        shares = np.exp(logits) / np.exp(logits).sum()
        best = np.argsort(-shares)[:3]
        expected.append([(VOCABULARY[i], shares[i]) for i in best])
    strings = ["good [MASK] film [MASK][MASK]", "[MASK]", "bad [MASK] poor"]
    found = filler(strings)
    assert [len(masks) for masks in found] == [3, 1, 1]
    alone, shares = (
        [share for mask in masks for _, share in mask]
        for masks in (filler(strings[0]), found[0])
    )
    np.testing.assert_allclose(alone, shares, rtol=1e-5)
    for mask, right in zip(found[0], expected, strict=True):
        assert [word for word, _ in mask] == [word for word, _ in right]
        np.testing.assert_allclose(
            [share for _, share in mask], [s for _, s in right], rtol=1e-4
        )


def test_a_mask_filler_names_mistakes(tokenizer):
    model, filler = fill(tokenizer)
    with pytest.raises(ValueError, match=r"\[MASK\].*Received: 'good'"):
        filler(["[MASK]", "good"])
    with pytest.raises(ValueError, match="at most 16 word pieces.*17 in"):
        filler("[MASK] " * 15)
    with pytest.raises(ValueError, match="top_k=0"):
        models.MaskFiller(model, tokenizer, top_k=0)
    with pytest.raises(ValueError, match="tokenizer=None"):
        models.MaskFiller(model)


def test_a_saved_model_reads_texts(preprocessor, tmp_path):
    model = classifier(preprocessor)
    expected = model.predict(TEXTS, verbose=0)
    model.save(tmp_path / "model.keras")
    model.save_to_preset(tmp_path / "preset")
    for loaded in (
        keras.models.load_model(tmp_path / "model.keras"),
        models.BertClassifier.from_preset(tmp_path / "preset"),
    ):
        found = loaded.predict(TEXTS, verbose=0)
        np.testing.assert_allclose(found, expected, atol=1e-6)
        assert loaded.labels == NAMES
        assert loaded.preprocessor.sequence_length == 16


def test_an_encoder_gets_new_heads(preprocessor, tmp_path):
    network = encoder()
    network.save_to_preset(tmp_path / "encoder")
    preprocessor.tokenizer.save_to_preset(tmp_path / "encoder")
    pretrainer = models.BertPretrainer(network, None)
    pretrainer.save_to_preset(tmp_path / "pretrainer")
    preprocessor.save_to_preset(tmp_path / "pretrainer")
    # The folder of a run has its encoder in it.
    for source in ("encoder", "pretrainer", "."):
        model = models.BertClassifier.from_preset(
            tmp_path / source, num_classes=5
        )
        assert model.output_shape == (None, 5)
        assert model.preprocessor.sequence_length == 16
        for own, other in zip(
            model.network.get_weights(), network.get_weights(), strict=True
        ):
            np.testing.assert_array_equal(own, other)
    model = models.BertClassifier.from_preset(
        tmp_path / "encoder", labels=NAMES, sequence_length=9
    )
    assert model.preprocessor.sequence_length == 9
    model = models.BertPretrainer.from_preset(tmp_path / "encoder")
    assert set(model.output) == {"masked_lm"}
    assert isinstance(model.preprocessor, text.MaskedLMPreprocessor)


@pytest.mark.parametrize("shuffle", [False, True])
def test_an_epoch_has_every_text_once_and_little_padding(shuffle):
    lengths = np.random.default_rng(0).integers(2, 60, 500)
    batches = TextBatches(
        lengths, lambda rows, length: (rows, length), 64, 16, shuffle
    )
    epochs = [list(batches.epoch()) for _ in range(2)]
    orders = [np.concatenate([rows for rows, _ in epoch]) for epoch in epochs]
    assert (orders[0].tolist() == orders[1].tolist()) == (not shuffle)
    assert sorted(orders[1]) == list(range(500))
    for rows, length in epochs[0]:
        assert max(lengths[rows]) <= length < max(lengths[rows]) + 8
    places = sum(len(rows) * length for rows, length in epochs[0])
    assert places < 1.25 * lengths.sum()


def test_mistakes_are_named(preprocessor, tmp_path):
    model = classifier(None)
    for use in (model.predict, model, lambda x: model.fit(x, [0, 1])):
        with pytest.raises(ValueError, match="preprocessor=None"):
            use(["good", "bad"])
    with pytest.raises(ValueError, match=r"len\(y\)=1 of 2 texts"):
        classifier(preprocessor).fit(["good", "bad"], [0])
    with pytest.raises(ValueError, match="labels=None"):
        classifier(preprocessor, labels=None, num_classes=2).predict_labels("a")
    with pytest.raises(ValueError, match="num_classes=3"):
        classifier(preprocessor, num_classes=3)
    with pytest.raises(ValueError, match="num_classes=None, labels=None"):
        models.BertClassifier(encoder())
    with pytest.raises(ValueError, match="sequence_length=17"):
        longer = text.BertPreprocessor(preprocessor.tokenizer, 17)
        classifier(longer)
    with pytest.raises(ValueError, match="12 pieces"):
        larger = text.BertTokenizer([*VOCABULARY, "more"])
        classifier(text.BertPreprocessor(larger, 16))
    with pytest.raises(ValueError, match="config.json"):
        models.BertClassifier.from_preset(tmp_path, num_classes=2)


def test_scores_remain_tied_to_an_embedding_of_words_and_positions(tmp_path):
    words = keras.Input((4,), dtype="int32")
    embed = layers.TokenAndPositionEmbedding(9, 4, 8, name="embed")
    model = keras.Model(words, layers.MaskedLM(embed)(embed(words)))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert len(loaded.weights) == len(model.weights)
    ids = np.array([[1, 2, 3, 4]])
    found = []
    for each in (model, loaded):
        table = each.get_layer("embed").embeddings
        table.assign(2 * keras.ops.convert_to_numpy(table))
        found.append(keras.ops.convert_to_numpy(each(ids)))
    np.testing.assert_allclose(*found, rtol=1e-5)


def test_datasets_of_texts_are_mapped(preprocessor):
    tf = pytest.importorskip("tensorflow")
    dataset = tf.data.Dataset.from_tensor_slices((TEXTS, LABELS))
    model = classifier(preprocessor)
    model.compile(**model.compile_defaults() | {"jit_compile": COMPILES})
    expected = model.evaluate(TEXTS, LABELS, verbose=0)
    found = model.evaluate(dataset.batch(5), verbose=0)
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    predicted = model.predict(dataset.batch(5), verbose=0)
    np.testing.assert_allclose(
        predicted, model.predict(TEXTS, verbose=0), atol=1e-6
    )
    with pytest.raises(ValueError, match=r"`dataset.batch\(32\)`"):
        model.fit(dataset)


def test_no_tensorflow_is_loaded_where_it_is_not_needed(preprocessor):
    if keras.backend.backend() == "tensorflow":
        pytest.skip("Keras runs on TensorFlow")
    assert preprocessor(["good"])["input_word_ids"].shape == (1, 16)
    if "tests.two_devices" not in sys.modules and "tensorflow" in sys.modules:
        pytest.skip("another test has loaded TensorFlow")
    assert "tensorflow" not in sys.modules
