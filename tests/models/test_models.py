"""Models train with Keras, in a loop of one's own, and name mistakes."""

import keras
import numpy as np
import pytest

from nlp_modeling import losses, models
from tests.conformance.cases import ENCODING, POSITIONS, B, S, V, encoder

loss = losses.weighted_sparse_categorical_crossentropy_loss
LABELS = np.array([0, 2, 1])
WORDS = np.array([[3, 4], [5, 6], [7, 8]])


def fitted(model, features, targets, compiled_loss, **compiled):
    # XLA takes seconds to compile a step; one test has it, as is Keras's wont.
    compiled = {"jit_compile": False} | compiled
    model.compile(keras.optimizers.Adam(0.05), loss=compiled_loss, **compiled)
    history = model.fit(features, targets, epochs=8, verbose=0, batch_size=B)
    return history.history["loss"]


@pytest.mark.parametrize("as_list", [False, True])
def test_a_classifier_learns_its_labels_in_fit(as_list):
    keras.utils.set_random_seed(1)
    model = models.BertClassifier(encoder(), num_classes=3, dropout_rate=0.0)
    features = list(ENCODING.values()) if as_list else ENCODING
    values = fitted(model, features, LABELS, loss)
    assert values[-1] < 0.5 * values[0]
    assert model.predict(features, verbose=0).shape == (B, 3)
    evaluated = model.evaluate(features, LABELS, verbose=0)
    assert evaluated == pytest.approx(
        float(loss(LABELS, model.predict(features, verbose=0))), rel=1e-4
    )


def test_a_column_of_labels_gives_the_loss_of_a_row_in_fit():
    network = encoder(dropout_rate=0.0, attention_dropout_rate=0.0)
    model = models.BertClassifier(network, num_classes=3, dropout_rate=0.0)
    found = []
    for labels in (LABELS, LABELS[:, None]):
        model.compile(keras.optimizers.SGD(0.0), loss, jit_compile=False)
        history = model.fit(ENCODING, labels, verbose=0, batch_size=B)
        found += history.history["loss"]
    assert found[1] == pytest.approx(found[0])


def test_a_pretrainer_learns_both_tasks_in_fit():
    keras.utils.set_random_seed(1)
    model = models.BertPretrainer(
        encoder(), num_classes=2, num_token_predictions=2, output="predictions"
    )
    features = ENCODING | {"masked_lm_positions": POSITIONS}
    targets = {"masked_lm": WORDS, "classification": np.array([0, 1, 1])}
    both = {"masked_lm": loss, "classification": loss}
    values = fitted(model, features, targets, both, jit_compile="auto")
    assert values[-1] < 0.5 * values[0]
    found = model.predict(features, verbose=0)
    assert found["masked_lm"].shape == (B, 2, V)
    np.testing.assert_allclose(
        np.exp(found["classification"]).sum(-1), 1, rtol=1e-5
    )


def test_a_regression_learns_its_scores():
    keras.utils.set_random_seed(1)
    model = models.BertClassifier(encoder(), num_classes=1, dropout_rate=0.0)
    scores = np.array([[0.5], [2.0], [5.0]])
    values = fitted(model, ENCODING, scores, "mse")
    assert values[-1] < 0.8 * values[0]


def test_a_span_labeler_and_a_tagger_learn():
    keras.utils.set_random_seed(1)
    spans = models.BertSpanLabeler(encoder())
    targets = [np.array([0, 1, 2]), np.array([1, 2, 3])]
    values = fitted(spans, ENCODING, targets, [loss, loss])
    assert values[-1] < 0.8 * values[0]
    tagger = models.BertTokenClassifier(encoder(), num_classes=4)
    tags = np.random.default_rng(0).integers(0, 4, (B, S))
    values = fitted(tagger, ENCODING, tags, loss)
    assert values[-1] < 0.8 * values[0]


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="of TensorFlow"
)
def test_a_gradient_tape_trains_a_pretrainer():
    import tensorflow as tf

    keras.utils.set_random_seed(1)
    # Dropout would make the losses of ten such steps a matter of chance.
    network = encoder(dropout_rate=0.0, attention_dropout_rate=0.0)
    model = models.BertPretrainer(network, num_token_predictions=2)
    optimizer = keras.optimizers.SGD(0.5)
    features = ENCODING | {"masked_lm_positions": POSITIONS}

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            outputs = model(features, training=True)
            value = loss(WORDS, outputs["masked_lm"]) + loss(
                LABELS % 2, outputs["classification"]
            )
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return value

    values = [float(step()) for _ in range(10)]
    assert values[-1] < 0.7 * values[0]


def test_masked_words_stay_tied_to_the_embeddings_after_saving(tmp_path):
    model = models.BertPretrainer(encoder(), num_token_predictions=2)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert len(again.weights) == len(model.weights)
    features = ENCODING | {"masked_lm_positions": POSITIONS}
    table = again.network.get_embedding_table()
    table.assign(0 * keras.ops.convert_to_numpy(table))
    scores = again.predict(features, verbose=0)["masked_lm"]
    # Without words there is nothing to score but the bias, which is zero.
    np.testing.assert_array_equal(scores, np.zeros_like(scores))


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="of TensorFlow"
)
def test_checkpoint_items_take_an_encoder_to_another_model(tmp_path):
    import tensorflow as tf

    items = models.BertPretrainer(encoder()).checkpoint_items
    assert sorted(items) == ["classification", "encoder", "masked_lm"]
    words_alone = models.BertPretrainer(encoder(), num_classes=None)
    assert sorted(words_alone.checkpoint_items) == ["encoder", "masked_lm"]
    path = tf.train.Checkpoint(**items).write(str(tmp_path / "checkpoint"))
    for make in (
        lambda network: models.BertClassifier(network, 2),
        models.BertSpanLabeler,
        lambda network: models.BertTokenClassifier(network, 2),
    ):
        model = make(encoder())
        checkpoint = tf.train.Checkpoint(**model.checkpoint_items)
        checkpoint.read(path).assert_existing_objects_matched()
        for x, y in zip(
            model.network.weights, items["encoder"].weights, strict=True
        ):
            np.testing.assert_array_equal(x, y)


def test_heads_of_one_network_share_its_weights():
    network = encoder()
    first = models.BertClassifier(network, num_classes=2)
    second = models.BertSpanLabeler(network)
    assert first.network is second.network is network
    own = {id(w) for w in network.weights}
    assert own <= {id(w) for w in first.weights}
    assert own <= {id(w) for w in second.weights}


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda n: models.BertClassifier(n, num_classes=0), "num_classes=0"),
        (lambda n: models.BertPretrainer(n, num_classes=-1), "num_classes=-1"),
        (
            lambda n: models.BertTokenClassifier(n, num_classes=0),
            "num_classes=0",
        ),
        (
            lambda n: models.BertClassifier(
                n, num_classes=1, output="predictions"
            ),
            "output='predictions'",
        ),
        (lambda n: models.BertSpanLabeler(n, output="x"), "output='x'"),
        (
            lambda n: models.BertClassifier(n, 2, dropout_rate=2.0),
            "dropout_rate=2.0",
        ),
    ],
)
def test_a_wrong_argument_is_named(make, named):
    with pytest.raises(ValueError, match=named):
        make(encoder())


def test_anything_but_an_encoder_is_refused():
    with pytest.raises(TypeError, match="network="):
        models.BertClassifier("bert", num_classes=2)


def test_a_classifier_pools_the_mean_of_the_tokens():
    network = encoder(pooler_activation="linear")
    model = models.BertClassifier(network, num_classes=3, pooling="mean")
    tokens = network.predict(ENCODING, verbose=0)["sequence_output"]
    mask = ENCODING["input_mask"][..., None]
    # A row of padding has no mean, and gives a vector of zeros.
    mean = (tokens * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)
    for layer in (network.pooler_layer, model.get_layer("classifier")):
        kernel, bias = layer.get_weights()
        mean = mean @ kernel + bias
    found = model.predict(ENCODING, verbose=0)
    np.testing.assert_allclose(found, mean, atol=1e-5)
    with pytest.raises(ValueError, match="pooling='last'"):
        models.BertClassifier(network, num_classes=3, pooling="last")
