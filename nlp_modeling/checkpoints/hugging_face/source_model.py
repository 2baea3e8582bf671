"""Makes an encoder, and the heads of a model, of another system's weights."""

import contextlib
import re

import numpy as np

from nlp_modeling.checkpoints.assign_weights import SourceWeight, assign_weights
from nlp_modeling.checkpoints.hugging_face.family import Family, activation
from nlp_modeling.checkpoints.layer_names import POSITIONS, weight_names

# What a classifier pools, by Hugging Face's names.
POOLINGS = {"cls": "first", "mean": "mean"}
_PRECISIONS = ("float32", "float16", "bfloat16", "float64")
# Hugging Face's own names of labels without a name.
_NAMELESS = re.compile(r"LABEL_\d+$")


class SourceModel:
    """Makes an encoder, and the heads of a model, of another system's weights.

    Args:
        path: Names the source in errors.
        family: What the source is.
        config: A configuration with every key that the family reads.
        weights: Arrays by Hugging Face's names.

    Raises:
        ValueError: If the sizes of the configuration are not those of the
            weights. Names the path and the key.
    """

    def __init__(
        self,
        path: str,
        family: Family,
        config: dict,
        weights: dict[str, np.ndarray],
    ):
        self.path, self.family, self.config = path, family, config
        self._weights = _apart(weights, family.fused)
        is_model = any(name.startswith(family.prefix) for name in weights)
        self._prefix = family.prefix if is_model else ""
        with self._named():
            self._require_sizes()

    @property
    def head(self) -> str | None:
        """Gives the head, for example "ForMaskedLM"; None for no known one."""
        (name, *_) = self.config.get("architectures") or [""]
        heads = {self.family.architecture(x): x for x in self.family.heads}
        return heads.get(name)

    def encoder(self, head: str | None = None, **arguments):
        """Makes the encoder.

        Its pooler is random if the source has none. Models of masked words,
        spans or tokens have none.

        Args:
            head: The head that is to read the pooler, which has the activation
                of this head; None for the encoder's.
            **arguments: Of the encoder, in place of the configuration's.

        Raises:
            ValueError: If a weight is missing, left over or of another shape.
        """
        with self._named():
            made = self.family.arguments(self.config)
            if head in self.family.pooler_activations:
                activation = self.family.pooler_activations[head]
                made["pooler_activation"] = activation
            encoder = self.family.encoder(**{**made, **arguments})
            weights = encoder.weights_by_path()
            found = self._found(self.family.layers, self._prefix)
            left = {
                name for name in self._weights if name.startswith(self._prefix)
            } - {weight.name for weight in found.values()}
            for name in sorted(left - self.family.repeated.keys()):
                found[name] = SourceWeight(name, self._weights[name])
            found |= self._zeros(weights, found)
            assign_weights(weights, found, optional="pooler_transform")
        return encoder

    def head_arguments(self) -> dict:
        """Gives the arguments of the model whose head the source has.

        Raises:
            ValueError: If the head gives several labels to a text.
        """
        if self.head == "ForQuestionAnswering":
            return {}
        made = self.family.arguments(self.config)
        key = self.family.head_activation
        own = activation(self.config, key) if key else made["activation"]
        if self.head == "ForReplacedTokens":
            return {"activation": own}
        epsilon = self.family.epsilon
        if self.head in ("ForMaskedLM", "ForPreTraining"):
            return {
                "activation": own,
                "norm_epsilon": self.config[epsilon] if epsilon else 1e-12,
                "num_classes": 2 if self.head == "ForPreTraining" else None,
            }
        labels = self._labels()
        problem = self.config.get("problem_type")
        if problem == "multi_label_classification":
            raise ValueError(
                "A classifier must give one label to a text. "
                f"Received: {self.path}: problem_type={problem!r}."
            )
        pooling = {}
        if self.head == "ForSequenceClassification":
            pooling = {"pooling": self._pooling()}
        if problem == "regression" or all(map(_NAMELESS.match, labels)):
            return {"num_classes": len(labels), **pooling}
        return {"labels": labels, **pooling}

    def restore_head(self, model) -> None:
        """Restores the weights of a model's heads, all of them.

        Args:
            model: On an `encoder(head)` of the source's head.

        Raises:
            ValueError: If a weight is missing, left over or of another shape.
        """
        with self._named():
            layers = self.family.heads[self.head]
            found = self._found(layers, "")
            used = {weight.name for weight in found.values()}
            for name, value in self._weights.items():
                if name in self.family.repeated:
                    self._require_repeated(name, value)
                elif not name.startswith(self._prefix) and name not in used:
                    found[name] = SourceWeight(name, value)
            heads = tuple(layer.ours for layer in layers)
            weights = {
                path: weight
                for path, weight in model.weights_by_path().items()
                if path.startswith(heads)
            }
            assign_weights(weights, found | self._zeros(weights, found))

    def _zeros(self, weights, found):
        """Gives zeros for weights that the family does not have."""
        return {
            path: SourceWeight(
                "nothing", np.zeros(weights[path].shape, "float32")
            )
            for path in self.family.zeros
            if path in weights and path not in found
        }

    def _found(self, layers, prefix):
        """Finds the weights of layers, by their paths here."""
        names = weight_names(layers, self.config[self.family.depth])
        found = {}
        for path, name in names.items():
            if prefix + name in self._weights:
                value = self._weights[prefix + name]
                if value.dtype.name not in _PRECISIONS:
                    raise ValueError(
                        f"Weights must be one of {_PRECISIONS}, not quantized. "
                        f"Received: {prefix + name}: {value.dtype.name}."
                    )
                # A PyTorch kernel is [outputs, inputs].
                value = value.T if path.endswith("kernel") else value
                if path == POSITIONS:
                    value = value[self.family.unused_positions :]
                value = value.astype("float32")
                found[path] = SourceWeight(prefix + name, value)
        return found

    def _pooling(self):
        found = self.config.get("classifier_pooling", "cls")
        if found not in POOLINGS:
            raise ValueError(
                f"`classifier_pooling` must be one of {list(POOLINGS)}. "
                f"Received: {self.path}: classifier_pooling={found!r}."
            )
        return POOLINGS[found]

    def _labels(self):
        labels = self.config.get("id2label") or {"0": "LABEL_0", "1": "LABEL_1"}
        ids = [str(index) for index in range(len(labels))]
        if set(ids) != set(labels):
            raise ValueError(
                f"`id2label` must have the ids 0 to {len(labels) - 1}. "
                f"Received: {self.path}: {labels}."
            )
        return [labels[index] for index in ids]

    def _require_sizes(self):
        """Bounds what is made by what the folder holds."""
        for key, (name, axis) in self.family.sizes.items():
            weight = self._weights.get(self._prefix + name)
            if weight is None:
                raise ValueError(f"The weights must have {name}.")
            if weight.ndim <= axis or weight.shape[axis] != self.config[key]:
                raise ValueError(
                    f"`{key}` must be the size of the weights. Received: "
                    f"{key}={self.config[key]}, {name} of {weight.shape}."
                )

        depth, names = self.config[self.family.depth], self.family.layers
        for layer in [x for x in names if "{}" in x.theirs][:1]:
            weight = next(iter(layer.weights))
            pattern = re.escape(f"{self._prefix}{layer.theirs}.{weight}")
            pattern = re.compile(pattern.replace(r"\{\}", r"\d+"))
            found = sum(map(bool, map(pattern.fullmatch, self._weights)))
            if found != depth:
                raise ValueError(
                    f"`{self.family.depth}` must be the number of layers. "
                    f"Received: {self.family.depth}={depth}, {found} layers."
                )

    def _require_repeated(self, name, value):
        source = self._weights.get(self.family.repeated[name])
        if source is None or not np.array_equal(source, value):
            raise ValueError(
                f"{name} must be equal to {self.family.repeated[name]}: a "
                "masked LM scores words by the vectors that it reads."
            )

    @contextlib.contextmanager
    def _named(self):
        try:
            yield
        except ValueError as error:
            raise ValueError(
                f"The weights must be those of a {self.family.name}. "
                f"Received: {self.path}: {error}"
            ) from error


def _apart(weights, fused):
    """Takes the weights of several layers apart."""
    apart = {}
    for name, value in weights.items():
        layer, _, kind = name.rpartition(".")
        for end, parts in fused.items():
            if layer.endswith(end) and len(value) % len(parts) == 0:
                start = layer.removesuffix(end)
                names = [f"{start}{part}.{kind}" for part in parts]
                values = np.split(value, len(parts))
                apart |= zip(names, values, strict=True)
                break
        else:
            apart[name] = value
    return apart
