"""Joins an encoder and the heads that read it."""

import os
from typing import Any, TypedDict

import keras
from keras import ops

from nlp_modeling import checkpoints, files, json_files, networks, text
from nlp_modeling.models.text_training import TextTraining
from nlp_modeling.text.holds_text import holds_text

_Config = TypedDict("_Config", {"class": Any}, total=False)
# The length of a preprocessor that nothing else decides.
_SEQUENCE_LENGTH = 128


class EncodedModel(TextTraining, networks.FeatureModel):
    """Joins an encoder and the heads that read it; every model is one.

    With a preprocessor, `fit`, `evaluate`, `predict` and a call take texts too.

    Args:
        network: The encoder.
        features: Dict of Keras inputs, the network's first.
        outputs: The outputs of the heads.
        preprocessor: Makes features of texts; None for features alone.
        **kwargs: `name` and `trainable`.

    Raises:
        ValueError: If the preprocessor makes sequences, or has words, that the
            network does not know.
    """

    # The class of the preprocessor that `from_preset` makes.
    preprocessor_class = text.BertPreprocessor
    # The ends of Hugging Face's names of models with the same heads.
    hugging_face_heads = ()

    def __init__(self, network, features, outputs, preprocessor=None, **kwargs):
        kwargs.setdefault("dtype", network.dtype_policy)
        super().__init__(features, outputs, **kwargs)
        self.network = network
        self.use_preprocessor(preprocessor)

    @property
    def checkpoint_items(self) -> dict[str, keras.layers.Layer]:
        """Gives the parts that a fine-tuned model takes over, by name.

        For TensorFlow: `tf.train.Checkpoint(**model.checkpoint_items)`.
        """
        return {"encoder": self.network}

    def weights_by_path(self) -> dict[str, keras.Variable]:
        """Gives the encoder's weights by their paths, and then the heads'.

        A path of a head begins with the head's name.
        """
        weights = self.network.weights_by_path()
        encoders = {id(weight) for weight in weights.values()}
        for layer in self.layers:
            for weight in layer.weights if layer is not self.network else ():
                if id(weight) not in encoders:
                    path = weight.path.rpartition(f"{layer.name}/")[2]
                    weights[f"{layer.name}/{path}"] = weight
        return weights

    def __call__(self, inputs, *args, **kwargs):
        if holds_text(inputs):
            inputs = self.require_preprocessor()(inputs)
        return super().__call__(inputs, *args, **kwargs)

    def save_to_preset(self, folder) -> None:
        """Writes a preset: the model, and its preprocessor if it has one.

        The files are `config.json`, `model.weights.h5`, and of the preprocessor
        `preprocessor.json`, `tokenizer.json`, and `vocab.txt` or
        `tokenizer_config.json`.
        """
        super().save_to_preset(folder)
        if self.preprocessor is not None:
            self.preprocessor.save_to_preset(folder)

    @classmethod
    def from_preset(cls, source, sequence_length=None, **arguments):
        """Loads a model with its heads, or puts new heads on an encoder.

        Args:
            source: A preset of this class; or a folder of Hugging Face,
                google-research, KerasHub or TF Hub that has the same heads. Or
                an encoder, for new heads: a preset of an encoder or of another
                model, one of these folders with other heads, or the folder of
                a run. Or a name on a hub: `hf://owner/name`, see
                `checkpoints.source_folder`.
            sequence_length: The longest sequence that the preprocessor makes;
                None for the folder's, or at most 128.
            **arguments: Arguments of the model in place of the folder's.
                `preprocessor=None` gives a model that reads features alone.
                `num_classes` or `labels` give new heads to a folder of another
                system.

        Raises:
            ValueError: If there is no model, a file is damaged, or the
                arguments do not fit. Names the file.
        """
        folder = checkpoints.find_preset(source)
        found = preset_class(folder)
        if found is None:
            model = cls._from_source(folder, arguments)
        elif issubclass(found, cls):
            model = super().from_preset(folder, **arguments)
        else:
            heads = {**cls._new_heads(), **arguments}
            model = cls(_encoder(folder, found), **heads)
        if "preprocessor" not in arguments and _has_vocabulary(folder):
            model.use_preprocessor(
                _preprocessor(model, folder, sequence_length)
            )
        return model

    @classmethod
    def _from_source(cls, folder, arguments):
        """Makes a model with the heads of a folder, or with new ones."""
        source = checkpoints.source_model(folder)
        has_heads = source.head in cls.hugging_face_heads
        if not has_heads or {"num_classes", "labels"} & arguments.keys():
            (head, *_) = (*cls.hugging_face_heads, None)
            heads = {**cls._new_heads(), **arguments}
            return cls(source.encoder(head), **heads)
        encoder = source.encoder(source.head)
        model = cls(encoder, **{**source.head_arguments(), **arguments})
        source.restore_head(model)
        return model

    @staticmethod
    def _new_heads() -> dict:
        """Gives the arguments of new heads on an encoder."""
        return {}

    def use_preprocessor(self, preprocessor) -> None:
        """Takes another preprocessor; None for features alone.

        Raises:
            ValueError: If it makes sequences, or has words, that the network
                does not know.
        """
        if preprocessor is not None:
            _require_fit(preprocessor, self.network)
        # Past Keras, which would look for weights in it.
        vars(self)["preprocessor"] = preprocessor
        self._record(preprocessor=preprocessor)

    def preset_config(self):
        config = super().preset_config()
        return {k: v for k, v in config.items() if k != "preprocessor"}


def preset_class(folder):
    """Finds the class of a preset; None for a folder of another system.

    Raises:
        ValueError: If `config.json` names a class that is not known.
    """
    path = os.path.join(folder, "config.json")
    config = (
        json_files.read_json(path, _Config) if files.file_exists(path) else {}
    )
    if "class" not in config:
        return None
    found = keras.saving.get_registered_object(config["class"])
    if not isinstance(found, type):
        raise ValueError(
            "config.json of a preset must name a known `class`. "
            f"Received: {path}: class={config['class']!r}."
        )
    return found


def _encoder(folder, found):
    if issubclass(found, EncodedModel):
        return networks.FeatureModel.from_preset(folder).network
    return checkpoints.load_encoder(folder)


def _preprocessor(model, folder, sequence_length):
    """Makes the preprocessor of a folder with a vocabulary."""
    described = os.path.join(folder, "preprocessor.json")
    if sequence_length is None and not files.file_exists(described):
        longest = model.network.max_length or _SEQUENCE_LENGTH
        sequence_length = min(longest, _SEQUENCE_LENGTH)
    # A network of one length reads no other.
    fixed = model.input["input_word_ids"].shape[1]
    length = fixed or sequence_length
    given = {} if length is None else {"sequence_length": length}
    return model.preprocessor_class.from_preset(folder, **given)


def _has_vocabulary(folder):
    return text.holds_byte_pairs(folder) or any(
        files.file_exists(os.path.join(folder, name))
        for name in ("vocab.txt", "tokenizer.json", "assets/vocab.txt")
    )


def _require_fit(preprocessor, network):
    length = preprocessor.sequence_length
    fixed = network.input["input_word_ids"].shape[1]
    longest = network.max_length
    if (fixed or length) != length or (longest or length) < length:
        raise ValueError(
            "`preprocessor` must make sequences that the network reads. "
            f"Received: sequence_length={length}, the network's="
            f"{fixed or longest}."
        )
    known = network.get_embedding_layer().vocab_size
    words = preprocessor.tokenizer.vocab_size
    if known < words:
        raise ValueError(
            "The network must know every word piece of the preprocessor. "
            f"Received: {known} of {words} pieces."
        )


def encode(network, positions=None, num_sequences=None):
    """Makes inputs like the network's and encodes them.

    Args:
        network: The encoder.
        positions: Keras input int [B, P] or a list of P, the positions that the
            heads read; None for all.
        num_sequences: The most sequences of a packed row; None for rows of one.

    Returns:
        Dict of all Keras inputs, and the dict that the network gives.

    Raises:
        TypeError: If `network` is not an `Encoder`.
    """
    features, packing = features_of_rows(network, num_sequences)
    encoded = network({**features, **packing}, positions=positions)
    if isinstance(positions, keras.KerasTensor):
        features[positions.name] = positions
    return {**features, **packing}, encoded


def features_of_rows(network, num_sequences=None):
    """Makes inputs like the network's, and those of packed rows.

    Args:
        network: The encoder.
        num_sequences: The most sequences of a packed row; None for rows of one.

    Returns:
        Two dicts of Keras inputs; the second is empty for rows of one sequence.

    Raises:
        TypeError: If `network` is not an `Encoder`.
    """
    if not isinstance(network, networks.Encoder):
        raise TypeError(
            "`network` must be an Encoder, like TransformerEncoder. "
            f"Received: network={network!r}."
        )
    given = network.input
    features = {
        name: keras.Input(
            batch_shape=given[name].shape, dtype=given[name].dtype, name=name
        )
        for name in network.feature_names
    }
    if num_sequences is None:
        return features, {}
    lengths = {
        "sequence_ids": given["input_word_ids"].shape[1],
        "sequence_starts": num_sequences,
    }
    return features, {
        name: keras.Input((length,), dtype="int32", name=name)
        for name, length in lengths.items()
    }


def scores_of_each(head, pooled, num_sequences):
    """Scores each sequence of packed rows by a head of pooled outputs.

    Args:
        head: Takes float [B, H], and gives float [B, C].
        pooled: float [B, H], or float [B, N, H] of packed rows.
        num_sequences: N; None for rows of one sequence.

    Returns:
        float [B, C], or float [B, N, C].
    """
    if num_sequences is None:
        return head(pooled)
    scores = head(ops.reshape(pooled, (-1, pooled.shape[-1])))
    return ops.reshape(scores, (-1, num_sequences, scores.shape[-1]))
