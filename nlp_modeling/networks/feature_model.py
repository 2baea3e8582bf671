"""Calls a functional model with a dict or a list of features."""

import json
import os
from typing import Any, TypedDict

import keras

from nlp_modeling import files, json_files
from nlp_modeling.layers.signature_config import SignatureConfig
from nlp_modeling.networks.load_weights import load_weights
from nlp_modeling.networks.require_config import require_config

_CONFIG = "config.json"
_WEIGHTS = "model.weights.h5"
_Preset = TypedDict("_Preset", {"class": str, "config": dict[str, Any]})


class FeatureModel(SignatureConfig, keras.Model):
    """Calls a functional model with a dict or a list of features.

    Keras orders the inputs of a functional model by name. A list is matched to
    the names by position, in this class alone.

    Args:
        features: Dict of Keras inputs; its order is the order of a list.
        outputs: The outputs that the model gives for them.
        dtype: Policy of the model's layers, for the config.
        name: Name of the model; None for an automatic one.
        trainable: Whether training changes the weights.

    Call arguments:
        inputs: Dict of features by name, or the list of features in their
            order. Features of other names are ignored.

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
        """Gives the names of the features, in the order of a list."""
        return self._feature_names

    def save_to_preset(self, folder) -> None:
        """Writes a preset: `config.json` and `model.weights.h5`.

        `text.BertTokenizer.save_to_preset` adds the vocabulary to the folder.
        """
        files.make_folder(folder)
        name = keras.saving.get_registered_name(type(self))
        preset = {"class": name, "config": self.preset_config()}
        text = json.dumps(preset, indent=2) + "\n"
        files.replace_file(os.path.join(folder, _CONFIG), text)
        path = os.path.join(folder, _WEIGHTS)
        with files.written_locally(path) as local:
            self.save_weights(local)

    def preset_config(self) -> dict:
        """Gives the config that a preset keeps: without names and policies."""
        saved = keras.saving.serialize_keras_object(self)
        config = _without_dtype(saved["config"])
        del config["name"]
        return config

    @classmethod
    def from_preset(cls, folder, **arguments):
        """Reads the model of a preset, a folder that `save_to_preset` wrote.

        Args:
            folder: Path of the preset.
            **arguments: Arguments of the model in place of the preset's, for
                example `dropout_rate`, `dtype` or `name`.

        Raises:
            ValueError: If a file is missing or damaged, or `config.json` is not
                of a preset, of another class, or of other weights. Names the
                file.
        """
        path = os.path.join(folder, _CONFIG)
        preset = json_files.read_json(path, _Preset)
        found = keras.saving.get_registered_object(preset["class"])
        if not (isinstance(found, type) and issubclass(found, cls)):
            raise ValueError(
                f"config.json of a preset must name a {cls.__name__} as "
                f"`class`. Received: {path}: class={preset['class']!r}."
            )
        require_config(found, preset["config"], path)
        try:
            model = found.from_config({**preset["config"], **arguments})
        except (TypeError, ValueError) as error:  # Keras has both.
            raise ValueError(
                "The config of a preset must make its model. "
                f"Received: {path}: {error}"
            ) from error
        load_weights(model, os.path.join(folder, _WEIGHTS))
        return model

    def __call__(self, inputs, *args, **kwargs):
        outputs = super().__call__(self.by_name(inputs), *args, **kwargs)
        return self._answer(inputs, outputs)

    def call(self, inputs, training=None, mask=None):
        # `stateless_call` comes here without `__call__`, and Keras passes
        # `training` only if the signature has it.
        outputs = super().call(self.by_name(inputs), training, mask)
        return self._answer(inputs, outputs)

    def _answer(self, inputs, outputs):
        """Puts the functional `outputs` into the form that `inputs` ask for."""
        return outputs

    def by_name(self, inputs) -> dict:
        """Gives the features that the model reads, of a dict or a list.

        Raises:
            ValueError: If a feature is missing, or a list has another length.
        """
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
    """Leaves out the policies of a config.

    A policy belongs to a run, and not to its weights.
    """
    if isinstance(config, list):
        return [_without_dtype(value) for value in config]
    if not isinstance(config, dict):
        return config
    return {k: _without_dtype(v) for k, v in config.items() if k != "dtype"}
