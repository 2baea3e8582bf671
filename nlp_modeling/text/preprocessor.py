"""Turns the texts of examples into the features that a model reads."""

import json
import os
from typing import Any, TypedDict

import keras

from nlp_modeling import files, json_files
from nlp_modeling.text.bert_tokenizer import BertTokenizer
from nlp_modeling.text.byte_pair_tokenizer import BytePairTokenizer
from nlp_modeling.text.read_tokenizer import read_tokenizer
from nlp_modeling.text.string_layer import StringLayer

_FILE = "preprocessor.json"
_Preset = TypedDict("_Preset", {"class": str, "config": dict[str, Any]})


class _OfKerasHub(TypedDict):
    class_name: str
    config: dict[str, Any]


class Preprocessor(StringLayer):
    """Turns the texts of examples into the features that a model reads.

    Args:
        tokenizer: The model's.
        sequence_length: S, the longest sequence, special tokens included.
    """

    def __init__(
        self,
        tokenizer: BertTokenizer | BytePairTokenizer,
        sequence_length: int,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.tokenizer = tokenizer
        self.sequence_length = sequence_length

    def save_to_preset(self, folder) -> None:
        """Writes `preprocessor.json` and the files of the tokenizer."""
        self.tokenizer.save_to_preset(folder)
        left_out = {*keras.layers.Layer().get_config(), "tokenizer"}
        config = self.get_config()
        config = {k: v for k, v in config.items() if k not in left_out}
        name = keras.saving.get_registered_name(type(self))
        preset = {"class": name, "config": config}
        text = json.dumps(preset, indent=2) + "\n"
        files.replace_file(os.path.join(folder, _FILE), text)

    @classmethod
    def from_preset(cls, folder, **arguments):
        """Reads the preprocessor of a preset, or of a folder of Hugging Face.

        Args:
            folder: Path of a folder with a vocabulary. If it holds a
                preprocessor of another class, only its length is taken over.
            **arguments: Arguments in place of the folder's.

        Raises:
            ValueError: If a file is missing or damaged. Names it.
        """
        path = os.path.join(folder, _FILE)
        config = {}
        if files.file_exists(path):
            is_ours = "class" in json_files.read_json(path, dict)
            schema = _Preset if is_ours else _OfKerasHub
            preset = json_files.read_json(path, schema)
            config = preset["config"]
            name = keras.saving.get_registered_name(cls)
            if preset.get("class") != name:
                length = "sequence_length"
                config = {k: v for k, v in config.items() if k == length}
        if "tokenizer" not in arguments:
            arguments["tokenizer"] = read_tokenizer(folder)
        try:
            return cls(**{**config, **arguments})
        except (TypeError, ValueError) as error:  # Keras has both.
            raise ValueError(
                "The config of a preprocessor must be its arguments. "
                f"Received: {path}: {error}"
            ) from error

    def get_config(self):
        tokenizer = keras.saving.serialize_keras_object(self.tokenizer)
        return {
            **super().get_config(),
            "tokenizer": tokenizer,
            "sequence_length": self.sequence_length,
        }
