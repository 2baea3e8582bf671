"""Predicts masked words and whether one segment follows the other."""

import os
import warnings

import keras

from nlp_modeling import checkpoints, files, layers, networks, text
from nlp_modeling.layers.require import require_positive_or_none
from nlp_modeling.models.encoded_model import (
    EncodedModel,
    encode,
    scores_of_each,
)
from nlp_modeling.models.labels import classification_defaults

# Shapes: B batch, S sequence, P predictions, N sequences of a packed row, V
# vocabulary, C classes.


@keras.saving.register_keras_serializable(package="nlp_modeling")
class BertPretrainer(EncodedModel):
    """Predicts masked words, and whether one segment follows the other.

    The encoder's last layer works only on the positions that the heads read.

    Reference:
        BERT, section 3.1: https://arxiv.org/abs/1810.04805

    Args:
        network: The encoder.
        num_classes: C of the sentence prediction, 2 for next sentence; None for
            masked words alone.
        num_token_predictions: P, masked positions an example; None for any
            number.
        activation: Name or function applied to the transformed masked
            positions; BERT's checkpoints were trained with their encoder's.
        initializer: Draws the heads' kernels.
        output: `"logits"`, or `"predictions"` for log-probabilities.
        preprocessor: Masks texts, as `text.MaskedLMPreprocessor`; None for
            features alone.
        num_sequences: N, the most sequences of a packed row, see
            `networks.Encoder`; None for rows of one sequence.
        norm_epsilon: Added to the variance in the layer normalization of the
            masked positions.
        **kwargs: `name` and `trainable`.

    Call arguments:
        inputs: Dict or list of the network's features and, last,
            `masked_lm_positions` int [B, P]. With `num_sequences`, then
            `sequence_ids` int [B, S] and `sequence_starts` int [B, N].

    Returns:
        Dict of `masked_lm` float32 [B, P, V] and, with `num_classes`,
        `classification` float32 [B, C], or [B, N, C] with `num_sequences`.

    Raises:
        ValueError: If `num_classes`, `num_token_predictions` or `num_sequences`
            is given and not positive.
    """

    preprocessor_class = text.MaskedLMPreprocessor
    hugging_face_heads = ("ForPreTraining", "ForMaskedLM")

    def __init__(
        self,
        network,
        num_classes: int | None = 2,
        num_token_predictions: int | None = None,
        activation=None,
        initializer="glorot_uniform",
        output: str = "logits",
        preprocessor=None,
        num_sequences: int | None = None,
        norm_epsilon: float = 1e-12,
        **kwargs,
    ):
        require_positive_or_none(
            num_classes=num_classes,
            num_token_predictions=num_token_predictions,
            num_sequences=num_sequences,
        )
        positions = keras.Input(
            (num_token_predictions,), dtype="int32", name="masked_lm_positions"
        )
        features, encoded = encode(network, positions, num_sequences)
        masked_lm = network.masked_lm_class(
            network.get_embedding_layer(),
            activation,
            initializer,
            output,
            norm_epsilon,
            dtype=network.dtype_policy,
            name="masked_lm",
        )
        outputs = {"masked_lm": masked_lm(encoded["sequence_output"])}
        if num_classes is not None:
            pooled = encoded["pooled_output"]
            head = networks.Classification(
                pooled.shape[-1],
                num_classes,
                initializer,
                output,
                name="classification",
            )
            outputs["classification"] = scores_of_each(
                head, pooled, num_sequences
            )
        super().__init__(network, features, outputs, preprocessor, **kwargs)

    @property
    def checkpoint_items(self) -> dict[str, keras.layers.Layer]:
        """Gives the encoder and the heads by name."""
        heads = {"masked_lm", "classification"} & set(self.output)
        return super().checkpoint_items | {
            name: self.get_layer(name) for name in sorted(heads)
        }

    @classmethod
    def from_preset(cls, source, **arguments):
        """Loads a pretrainer with its heads, or puts new heads on an encoder.

        Args:
            source: As for every model. The folder of a run of
                `run_pretraining` gives its trained heads.
            **arguments: As for every model. New heads are of masked words
                alone, unless there is `num_classes`.
        """
        source = checkpoints.source_folder(source)
        encoder = os.path.join(source, "encoder", "config.json")
        checkpoint = None
        if files.file_exists(encoder):
            checkpoint = checkpoints.newest_checkpoint(source)
            # The programs pretrain with BERT's activation.
            arguments = {"activation": layers.approximate_gelu, **arguments}
        model = super().from_preset(source, **arguments)
        if checkpoint is not None:
            checkpoints.restore_from_run(model, checkpoint)
        return model

    @staticmethod
    def _new_heads():
        return {"num_classes": None}

    def compile_defaults(self, learning_rate=5e-5):
        metrics = classification_defaults()["weighted_metrics"]
        # A mean over the words to predict: places of weight 0 do not count.
        loss = keras.losses.SparseCategoricalCrossentropy(
            from_logits=True, reduction="mean_with_sample_weight"
        )
        return {
            **super().compile_defaults(learning_rate),
            "loss": {"masked_lm": loss},
            "weighted_metrics": {"masked_lm": metrics},
        }

    def fit(self, *args, **kwargs):
        """Trains on texts or on features; see `keras.Model.fit`."""
        with warnings.catch_warnings():
            # Nothing reads the pooler where masked words are learned alone.
            warnings.filterwarnings(
                "ignore", r"Gradients do not exist for variables \['pooler_"
            )
            return super().fit(*args, **kwargs)

    def load_weights(self, filepath, *args, **kwargs):
        """Loads weights, also from a file of an earlier version.

        Earlier versions saved the network as a plain functional model.
        """
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Skipping nested container")
                super().load_weights(filepath, *args, **kwargs)
        except ValueError as error:
            try:
                _as_before(self).load_weights(filepath, *args, **kwargs)
            except ValueError:
                raise error from None


def _as_before(model):
    """Makes a model of the same layers around a plain functional network."""
    network = model.network
    plain = keras.Model(network.input, network.output)
    features, _ = encode(network)
    encoded = plain(features)
    masked_lm = model.get_layer("masked_lm")
    outputs = [masked_lm(encoded["sequence_output"])]
    if "classification" in model.output:
        head = model.get_layer("classification")
        outputs.append(head(encoded["pooled_output"]))
    return keras.Model(features, outputs)
