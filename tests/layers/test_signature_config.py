"""A config holds every argument, also of subclasses that pass them on."""

import keras
import numpy as np
import pytest

from nlp_modeling import layers, networks
from tests.conformance.cases import ENCODING, H, S, V

RNG = np.random.default_rng(0)
DATA = RNG.normal(size=(2, 5, 8)).astype("float32")


@keras.saving.register_keras_serializable(package="tests")
class PassesAll(layers.TransformerEncoderBlock):
    """Takes what its base takes, and names nothing."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)


@keras.saving.register_keras_serializable(package="tests")
class PassesSome(layers.TransformerEncoderBlock):
    """Fixes some arguments of its base, and takes one of its own first."""

    def __init__(self, scale, *sizes, **kwargs):
        super().__init__(2, *sizes, norm_epsilon=scale, **kwargs)


@keras.saving.register_keras_serializable(package="tests")
class PassesKeywords(layers.TransformerEncoderBlock):
    """Changes a keyword before it reaches the base."""

    def __init__(self, width=6, **kwargs):
        kwargs["norm_first"] = not kwargs.pop("post_norm")
        super().__init__(2, 2 * width, "relu", **kwargs)


@keras.saving.register_keras_serializable(package="tests")
class OwnEncoder(networks.TransformerEncoder):
    """Takes the vocabulary, and passes on the rest."""

    def __init__(self, vocab_size, **kwargs):
        super().__init__(vocab_size, **kwargs)


BLOCKS = {
    "keywords": lambda: PassesAll(
        num_attention_heads=2,
        inner_dim=12,
        inner_activation="relu",
        norm_first=True,
    ),
    "positions": lambda: PassesAll(2, 12, "relu", 3),
    "both": lambda: PassesAll(2, 12, "relu", norm_first=True, name="mine"),
    "after its own": lambda: PassesSome(0.5, 12, "relu", output_dropout=0.25),
    "by its own names": lambda: PassesKeywords(post_norm=False),
    "a layer": lambda: PassesAll(
        2, 12, "relu", feed_forward=layers.FeedForward(3, "relu")
    ),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_comes_back_with_every_argument(name, tmp_path):
    inputs = keras.Input(DATA.shape[1:])
    block = BLOCKS[name]()
    model = keras.Model(inputs, block(inputs))
    for weight in model.weights:
        weight.assign(RNG.normal(size=weight.shape))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(again(DATA)),
        keras.ops.convert_to_numpy(model(DATA)),
        atol=1e-6,
    )
    (found,) = [x for x in again.layers if x.name == block.name]
    assert type(found) is type(block)
    assert found.get_config() == block.get_config()
    for argument in ("norm_first", "output_range", "output_dropout"):
        assert getattr(found, argument) == getattr(block, argument)


def test_an_encoder_and_its_preset_come_back_with_every_argument(tmp_path):
    network = OwnEncoder(
        V,
        hidden_size=H,
        num_layers=2,
        num_attention_heads=2,
        intermediate_size=12,
        sequence_length=S,
        block=BLOCKS["both"](),
    )
    network.save_to_preset(tmp_path)
    config = network.get_config()
    for again in (
        OwnEncoder.from_config(config),
        OwnEncoder.from_preset(tmp_path),
    ):
        assert [x.norm_first for x in again.transformer_layers] == [True, True]
        again.set_weights(network.get_weights())
        np.testing.assert_allclose(
            *(
                keras.ops.convert_to_numpy(x(ENCODING)["pooled_output"])
                for x in (again, network)
            )
        )
