"""Keras has not changed what nlp_modeling/keras_internals.py leans on."""

import ast
import contextlib
import pathlib
import tempfile

import keras
import numpy as np
import pytest
import tensorflow as tf

from nlp_modeling import keras_internals, optimization
from tests.two_devices import on_two_devices

ROOT = pathlib.Path(__file__).parent.parent.parent
INTERNALS = pathlib.Path(keras_internals.__file__)
FILES = sorted(
    path
    for folder in ("nlp_modeling", "official_runs")
    for path in (ROOT / folder).rglob("*.py")
    if path != INTERNALS
)
# Public by the documentation of Python: `os._exit` and a named tuple's.
OF_PYTHON = {"_asdict", "_exit", "_fields", "_make", "_replace"}
RATE, DECAY = 0.01, 0.1


def is_private(name):
    return name.startswith("_") and not name.startswith("__")


def private_names(tree):
    """Yields the nodes that name something private, each with the name."""
    for node in ast.walk(tree):
        name = ""
        if isinstance(node, ast.Attribute):
            name = node.attr
        elif isinstance(node, ast.FunctionDef):
            name = node.name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = node.value
        if is_private(name):
            yield node, name


OF_KERAS = {
    name for _, name in private_names(ast.parse(INTERNALS.read_text("utf-8")))
}
WATCHED = set()


def leans_on(*names):
    """Marks a canary: its failure names the Keras that was tried."""
    WATCHED.update(names)

    @contextlib.contextmanager
    def watch():
        try:
            yield
        except Exception as error:
            raise AssertionError(
                f"Keras {keras.__version__} has changed {', '.join(names)}. "
                "nlp_modeling/keras_internals.py was tried on Keras "
                f"{keras_internals.TRIED_ON}."
            ) from error

    return watch()


def weights_named(*names):
    return [keras.Variable(tf.fill([2, 3], 2.0), name=name) for name in names]


class Recorder(keras.layers.Layer):
    def call(self, inputs):
        self.called_with = inputs
        return tf.constant(0.0)


@leans_on("_convert_input_args", "_allow_non_tensor_positional_args")
def test_a_layer_that_accepts_raw_inputs_gets_them_unchanged():
    layer = Recorder()
    keras_internals.accept_raw_inputs(layer)
    strings = tf.ragged.constant([["a", "b"], ["c"]])
    ids = tf.ragged.constant([[1], [2, 3]])
    for inputs in strings, ids, "text":
        layer(inputs)
        assert layer.called_with is inputs
    layer([strings, ids])
    assert layer.called_with[0] is strings and layer.called_with[1] is ids
    layer(["text", "more"])
    assert layer.called_with == ["text", "more"]


@pytest.fixture(scope="module")
def model():
    """Three dropouts, a normalization with other state, and metrics."""
    inner = keras.Sequential(
        [keras.layers.BatchNormalization(), keras.layers.Dropout(0.5)]
    )
    inputs = keras.Input([64])
    outputs = keras.layers.Dropout(0.5)(inner(inputs))
    outputs = keras.layers.Dropout(0.5)(keras.layers.Dense(64)(outputs))
    model = keras.Model(inputs, outputs)
    model.compile("sgd", "mse", metrics=["mae"])
    model.fit(np.ones([2, 64]), np.ones([2, 64]), verbose=0)
    return model


@leans_on("variables", "weights")
def test_random_states_are_those_of_the_dropouts_and_no_weights(model):
    states = keras_internals.random_states(model)
    dropouts = [
        layer
        for layer in model._flatten_layers()
        if isinstance(layer, keras.layers.Dropout)
    ]
    assert len(states) == len(dropouts) == 3
    expected = {id(layer.seed_generator.state) for layer in dropouts}
    assert {id(state) for state in states} == expected
    assert not expected & {id(weight) for weight in model.weights}
    assert len(model.non_trainable_weights) == 2  # The normalization's.
    assert {tuple(state.shape) for state in states} == {(2,)}


@leans_on("variables", "weights")
def test_a_model_draws_what_its_random_states_say(model):
    states = keras_internals.random_states(model)

    def draw(*seeds):
        drawn = [np.array([seed, 0], states[0].dtype) for seed in seeds]
        with keras.StatelessScope(list(zip(states, drawn, strict=True))):
            return np.asarray(model(np.ones([2, 64]), training=True))

    np.testing.assert_array_equal(draw(1, 2, 3), draw(1, 2, 3))
    for others in (4, 2, 3), (1, 4, 3), (1, 2, 4):
        assert (draw(1, 2, 3) != draw(*others)).any()


def descend(strategy):
    """Steps from 0 by the gradients 1 and 2 of two replicas, at rate 1."""

    def weight_after(optimizer, scale=1.0):
        weight = keras.Variable(0.0)
        optimizer.build([weight])

        def step():
            replica = tf.distribute.get_replica_context()
            gradient = 1.0 + tf.cast(replica.replica_id_in_sync_group, "float")
            gradient = replica.all_reduce(tf.distribute.ReduceOp.SUM, gradient)
            optimizer.apply([gradient * scale], [weight])

        tf.function(strategy.run)(step)
        copies = strategy.experimental_local_results(weight.value)
        return [float(copy) for copy in copies]

    with strategy.scope():
        keras_alone = keras.optimizers.SGD(1.0)
        plain = keras.optimizers.SGD(1.0)
        scaled = keras.optimizers.LossScaleOptimizer(
            keras.optimizers.SGD(1.0), initial_scale=8.0
        )
        for optimizer in plain, scaled:
            keras_internals.takes_summed_gradients(optimizer)
        return {
            "keras alone": weight_after(keras_alone),
            "plain": weight_after(plain),
            "scaled": weight_after(scaled, scale=8.0),
        }


@leans_on("_all_reduce_sum_gradients")
def test_summed_gradients_are_not_summed_again_by_two_replicas():
    assert on_two_devices(descend) == {
        "keras alone": [-6.0, -6.0],
        "plain": [-3.0, -3.0],
        "scaled": [-3.0, -3.0],
    }


def test_summed_gradients_need_an_optimizer():
    with pytest.raises(TypeError, match="optimizer=1"):
        optimization.takes_summed_gradients(1)


@leans_on("_apply_weight_decay")
@pytest.mark.parametrize("name", ["AdamW", "LAMB"])
def test_a_step_without_gradient_decays_once(name):
    adapts = {"exclude_from_layer_adaptation": [""]} if name == "LAMB" else {}
    optimizer = getattr(optimization, name)(RATE, weight_decay=DECAY, **adapts)
    kernel, bias = weights_named("kernel", "bias")
    optimizer.build([kernel, bias])
    optimizer.apply([tf.zeros([2, 3])] * 2)
    expected = np.full([2, 3], 2.0 - RATE * DECAY * 2.0)
    np.testing.assert_allclose(kernel, expected, rtol=1e-7)
    np.testing.assert_array_equal(bias, np.full([2, 3], 2.0))


@leans_on("_apply_weight_decay")
def test_an_optimizer_that_decays_in_its_update_is_not_decayed_by_keras():
    class Still(keras_internals.DecaysInUpdateStep, keras.optimizers.SGD):
        pass

    (weight,) = weights_named("kernel")
    optimizer = Still(RATE, weight_decay=DECAY)
    optimizer.build([weight])
    optimizer.apply([tf.zeros([2, 3])])
    np.testing.assert_array_equal(weight, np.full([2, 3], 2.0))


@leans_on("_get_variable_index", "_trainable_variables")
def test_what_an_update_receives_leads_to_the_weight_with_its_path():
    class Asks(keras.optimizers.SGD):
        def update_step(self, gradient, variable, learning_rate):
            found.append(keras_internals.trained_weight(self, variable))

    found, weights = [], weights_named("kernel", "bias")
    optimizer = Asks(RATE)
    optimizer.build(weights)
    optimizer.apply([tf.zeros([2, 3])] * 2)
    assert len(found) == 2
    assert all(a is b for a, b in zip(found, weights, strict=True))


@leans_on("_use_weight_decay")
def test_what_keras_excludes_may_not_decay():
    optimizer = keras.optimizers.AdamW(RATE)
    weights = weights_named("kernel", "bias", "listed")
    optimizer.exclude_from_weight_decay(weights[2:], ["bias"])
    optimizer.build(weights)
    decaying = [keras_internals.may_decay(optimizer, w) for w in weights]
    assert decaying == [True, False, False]


@leans_on("_get_variable_index", "_momentums", "_velocities")
@pytest.mark.parametrize("name", ["AdamW", "Lamb"])
def test_the_means_are_those_of_the_gradient_and_its_square(name):
    optimizer = getattr(keras.optimizers, name)(RATE)
    weights = weights_named("kernel", "bias")
    optimizer.build(weights)
    optimizer.apply([tf.fill([2, 3], 2.0), tf.fill([2, 3], 3.0)])
    for weight, gradient in zip(weights, (2.0, 3.0), strict=True):
        mean, square = keras_internals.adam_means(optimizer, weight)
        np.testing.assert_allclose(mean, np.full([2, 3], 0.1 * gradient))
        expected = np.full([2, 3], 0.001 * gradient**2)
        np.testing.assert_allclose(square, expected, rtol=1e-5)


class Owner(keras_internals.QuantizesItself, keras.layers.Layer):
    """Owns a kernel and a layer, and quantizes the kernel alone."""

    def __init__(self):
        super().__init__()
        self.inner = keras.layers.Dropout(0.5)

    def build(self, inputs_shape):
        self.kernel = self.add_weight(name="kernel", shape=(2, 3))

    def call(self, inputs):
        return self.inner(inputs)

    def quantize(self, mode=None, type_check=True, config=None):
        keras_internals.set_quantized(self, mode)

    def quantized_call(self, inputs):
        return -inputs


def built_owner():
    inputs = keras.Input([2])
    owner = Owner()
    return owner, keras.Model(inputs, owner(inputs))


@leans_on("_flatten_layers", "_is_quantized")
@pytest.mark.filterwarnings("ignore:Layer .* does not have a `quantize`")
def test_a_model_quantizes_a_layer_that_owns_layers_once():
    owner, model = built_owner()
    assert keras_internals.all_layers(model)[-2:] == [owner, owner.inner]
    model.quantize("int8")
    assert owner.dtype_policy.name == "int8_from_float32"
    np.testing.assert_array_equal(model(np.ones([1, 2])), -np.ones([1, 2]))
    assert len(keras_internals.random_states(model)) == 1
    with pytest.raises(ValueError, match="already quantized"):
        owner.quantize("int8")


@leans_on("_tracker", "_untrack_variable")
def test_a_built_layer_gains_and_loses_a_weight():
    owner, model = built_owner()
    with pytest.raises(ValueError, match="already built"):
        owner.add_weight(name="more", shape=(1,))
    with keras_internals.unlocked(owner):
        owner.more = owner.add_weight(name="more", shape=(1,))
    assert [w.name for w in model.weights] == ["kernel", "more"]
    with pytest.raises(ValueError, match="already built"):
        owner.add_weight(name="still_more", shape=(1,))
    keras_internals.remove_weight(owner, "kernel")
    assert [w.name for w in model.weights] == ["more"]
    assert not hasattr(owner, "kernel")
    saved = tf.train.Checkpoint(layer=owner)
    with tempfile.TemporaryDirectory() as folder:
        path = saved.write(f"{folder}/checkpoint")
        names = [name for name, _ in tf.train.list_variables(path)]
    assert any("more" in name for name in names)
    assert not any("kernel" in name for name in names)


def test_every_private_name_of_keras_has_a_canary():
    assert OF_KERAS <= WATCHED


def leaks(source):
    """Lists the places that use a private name of another class."""
    tree = ast.parse(source)
    of_the_file = {"self", "cls"} | {
        node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
    }
    found = []
    for node, name in private_names(tree):
        if name in OF_KERAS:
            found.append(f"{name}, line {node.lineno}")
        elif isinstance(node, ast.Attribute) and name not in OF_PYTHON:
            owner = node.value
            if not (isinstance(owner, ast.Name) and owner.id in of_the_file):
                found.append(f"{ast.unparse(node)}, line {node.lineno}")
    return found


@pytest.mark.parametrize(
    "path", FILES, ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_file_reaches_for_no_private_name(path):
    assert not leaks(path.read_text("utf-8"))


@pytest.mark.parametrize(
    "source",
    [
        "optimizer._momentums",
        "self._velocities[0]",
        "self.optimizer._rate",
        "keras.layers.Layer()._build_by_run",
        "getattr(optimizer, '_momentums')",
        "class A:\n    def _apply_weight_decay(self, variables): pass",
    ],
)
def test_reaching_for_a_private_name_is_found(source):
    assert leaks(source)


def test_a_class_may_use_its_own_private_names():
    assert not leaks("class A:\n    _b = 1\n    def c(self): self._d = A._b")
