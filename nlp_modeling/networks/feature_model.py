"""A functional model that is called with a dict or a list of features."""

import json
import pathlib

import keras

from nlp_modeling.layers.signature_config import SignatureConfig


class FeatureModel(SignatureConfig, keras.Model):
    """A functional model that is called with a dict or a list of features.

    Keras orders the inputs of a functional model by name, so a list must be
    matched to the names by position: here, and nowhere else.

    Args:
        features: Dict of Keras inputs; its order is the order of a list.
        outputs: What the model gives for them.
        dtype: Policy of the model's layers, as its config records it.
        name: Of the model.
        trainable: Whether training moves the weights.

    Call arguments:
        inputs: Dict of features by name, of which others are ignored, or the
            list of them in their order.

    Raises:
        ValueError: If a feature is missing, or a list has another length.
    """

    def __init__(
        self, features, outputs, dtype=None, name=None, trainable=True
    ):
        super().__init__(
            inputs=features, outputs=outputs, name=name, trainable=trainable
        )
        self.dtype_policy = keras.dtype_policies.get(dtype)
        self._feature_names = tuple(features)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of the features, in the order of a list."""
        return self._feature_names

    def save_to_preset(self, folder) -> None:
        """Writes `config.json` and `model.weights.h5`: a preset.

        `text.BertTokenizer.save_to_preset` adds the vocabulary to the folder.
        """
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        saved = keras.saving.serialize_keras_object(self)
        config = _without_dtype(saved["config"])
        del config["name"]
        preset = {"class": saved["registered_name"], "config": config}
        (folder / "config.json").write_text(json.dumps(preset, indent=2) + "\n")
        self.save_weights(folder / "model.weights.h5")

    @classmethod
    def from_preset(cls, folder, **arguments):
        """The model of a preset, a folder that `save_to_preset` wrote.

        Args:
            folder: Its path.
            **arguments: Of the model, in place of the preset's, such as
                `dropout_rate` or `dtype`.

        Raises:
            FileNotFoundError: If a file is not there.
            ValueError: If `config.json` is not a preset's, or its class is not
                this one's.
        """
        folder = pathlib.Path(folder)
        preset = json.loads((folder / "config.json").read_text())
        found = keras.saving.get_registered_object(preset.get("class"))
        if not (isinstance(found, type) and issubclass(found, cls)):
            raise ValueError(
                f"config.json of a preset must name a {cls.__name__} as "
                f"`class`. Received: {folder}: class={preset.get('class')!r}."
            )
        model = found.from_config({**preset["config"], **arguments})
        model.load_weights(folder / "model.weights.h5")
        return model

    def __call__(self, inputs, *args, **kwargs):
        outputs = super().__call__(self._by_name(inputs), *args, **kwargs)
        return self._answer(inputs, outputs)

    def call(self, inputs, training=None, mask=None):
        # Keras comes here past `__call__` in `stateless_call`, and passes
        # `training` on only where the signature has it.
        outputs = super().call(self._by_name(inputs), training, mask)
        return self._answer(inputs, outputs)

    def _answer(self, inputs, outputs):
        """What a call with `inputs` gives, of the functional `outputs`."""
        return outputs

    def _by_name(self, inputs):
        names = self._feature_names
        if isinstance(inputs, dict):
            missing = [name for name in names if name not in inputs]
            if missing:
                raise ValueError(
                    f"{self.name} needs the features {list(names)}. "
                    f"Missing: {missing}. Received: {list(inputs)}."
                )
            return {name: inputs[name] for name in names}
        if not isinstance(inputs, list | tuple):
            inputs = [inputs]
        if len(inputs) != len(names):
            raise ValueError(
                f"{self.name} needs the {len(names)} features {list(names)}. "
                f"Received: a list of {len(inputs)}."
            )
        return dict(zip(names, inputs, strict=True))


def _without_dtype(config):
    """A config without the policies in it.

    What a run computes in is the run's, and not the weights'.
    """
    if isinstance(config, list):
        return [_without_dtype(value) for value in config]
    if not isinstance(config, dict):
        return config
    return {k: _without_dtype(v) for k, v in config.items() if k != "dtype"}
