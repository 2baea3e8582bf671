"""Lets a model fit, evaluate and predict on texts."""

import keras
import numpy as np

from nlp_modeling.models.text_batches import TextBatches
from nlp_modeling.text.holds_text import holds_text
from nlp_modeling.text.lazy_tensorflow import tf
from nlp_modeling.text.text_columns import text_columns


class TextTraining:
    """Lets a model fit, evaluate and predict on texts.

    This is a mixin of a Keras model with a `preprocessor`. Features and other
    datasets reach Keras unchanged.
    """

    # Whether an output has a place for each position, so that the outputs of
    # all batches join only at one length.
    gives_sequences = False

    def fit(
        self,
        x=None,
        y=None,
        batch_size=None,
        *args,
        sample_weight=None,
        validation_split=0.0,
        validation_data=None,
        shuffle=True,
        **kwargs,
    ):
        """Trains on texts or on features; see `keras.Model.fit`.

        A model that was not compiled is compiled with `compile_defaults`.
        """
        self._compile_once()
        if holds_text(x):
            if validation_split:
                (x, y, sample_weight), validation_data = _split(
                    validation_split, x, y, sample_weight
                )
            x = self._batches(x, y, sample_weight, batch_size, shuffle)
            y = batch_size = sample_weight = None
            validation_split, shuffle = 0.0, False
        if holds_text(validation_data):
            size = kwargs.get("validation_batch_size")
            validation_data = self._batches(*_three(validation_data), size)
        return super().fit(
            x,
            y,
            batch_size,
            *args,
            sample_weight=sample_weight,
            validation_split=validation_split,
            validation_data=validation_data,
            shuffle=shuffle,
            **kwargs,
        )

    def evaluate(
        self,
        x=None,
        y=None,
        batch_size=None,
        *args,
        sample_weight=None,
        **kwargs,
    ):
        """Evaluates on texts or on features; see `keras.Model.evaluate`."""
        self._compile_once()
        if holds_text(x):
            x = self._batches(x, y, sample_weight, batch_size)
            y = batch_size = sample_weight = None
        return super().evaluate(
            x, y, batch_size, *args, sample_weight=sample_weight, **kwargs
        )

    def predict(self, x, batch_size=None, *args, **kwargs):
        """Predicts from texts or features; see `keras.Model.predict`."""
        if not holds_text(x) or hasattr(x, "element_spec"):
            x = self._batches(x) if holds_text(x) else x
            return super().predict(x, batch_size, *args, **kwargs)
        batches = self._text_batches(x, batch_size=batch_size)
        outputs = super().predict(batches.dataset(), None, *args, **kwargs)
        places = np.argsort(batches.by_length)
        return keras.tree.map_structure(lambda x: x[places], outputs)

    def compile_defaults(self, learning_rate: float = 5e-5) -> dict:
        """Gives the arguments with which `fit` compiles the model.

        Args:
            learning_rate: Of AdamW; or a schedule of Keras.
        """
        # XLA takes long to compile on a CPU, and its steps are no faster.
        is_tensorflow = keras.backend.backend() == "tensorflow"
        on_cpu = is_tensorflow and not tf.config.list_physical_devices("GPU")
        return {
            "optimizer": keras.optimizers.AdamW(learning_rate),
            "jit_compile": False if on_cpu else "auto",
        }

    def _compile_once(self):
        if not self.compiled:
            self.compile(**self.compile_defaults())

    def _batches(
        self, x, y=None, sample_weight=None, batch_size=None, shuffle=False
    ):
        if not hasattr(x, "element_spec"):
            batches = self._text_batches(
                x, y, sample_weight, batch_size, shuffle
            )
            return batches.dataset()
        _require_batches(x)
        x = x.map(self.require_preprocessor(), tf.data.AUTOTUNE)
        return x.prefetch(tf.data.AUTOTUNE)

    def _text_batches(
        self, x, y=None, sample_weight=None, batch_size=None, shuffle=False
    ):
        lengths, make = self.read_texts(x, y, sample_weight)
        fixed = self.input["input_word_ids"].shape[1]
        compiles = keras.backend.backend() != "torch" and (
            self.jit_compile if self.compiled else False
        )
        return TextBatches(
            lengths,
            make,
            fixed or self.preprocessor.sequence_length,
            batch_size or 32,
            shuffle,
            self.gives_sequences or fixed is not None,
            compiles,
        )

    def read_texts(self, x, y=None, sample_weight=None):
        """Reads texts, their labels and weights, for `TextBatches`.

        Returns:
            int [N], the lengths of N sequences, and a function that makes the
            batch of some of them at some length.

        Raises:
            ValueError: If there is no preprocessor, or not one label or weight
                for each text.
        """
        preprocessor = self.require_preprocessor()
        rows = preprocessor.rows(x)
        named = {"y": self.label_ids(y), "sample_weight": sample_weight}
        named = {k: np.asarray(v) for k, v in named.items() if v is not None}
        for name, each in named.items():
            if len(each) != len(rows.ids):
                raise ValueError(
                    f"`{name}` must have one value for each text. Received: "
                    f"len({name})={len(each)} of {len(rows.ids)} texts."
                )

        def make(indices, length):
            made = preprocessor.batch(rows, indices, length)
            if isinstance(made, tuple):  # The preprocessor makes the labels.
                return made
            return made, *(each[indices] for each in named.values())

        return rows.lengths, make

    def label_ids(self, y):
        """Turns labels into the numbers that the loss reads."""
        return y

    def require_preprocessor(self):
        """Gives the preprocessor.

        Raises:
            ValueError: If there is none.
        """
        if self.preprocessor is None:
            raise ValueError(
                f"`preprocessor` of {type(self).__name__} must be given for "
                "the model to read texts, for example a "
                "`text.BertPreprocessor`. Received: preprocessor=None."
            )
        return self.preprocessor


def _three(data):
    """Gives texts, labels and weights, of which some may be absent."""
    # A dataset, or texts alone.
    is_whole = hasattr(data, "element_spec") or isinstance(data[0], str)
    given = (data,) if is_whole else tuple(data)
    return (*given, None, None)[:3]


def _split(share, x, y, sample_weight):
    """Splits off the last texts, as Keras does with arrays."""
    columns, _ = text_columns(x)
    cut = int(len(columns[0]) * (1 - share))

    def part(rows):
        texts = tuple(column[rows] for column in columns)
        targets = [
            None if each is None else each[rows] for each in (y, sample_weight)
        ]
        return texts if len(texts) == 2 else texts[0], *targets

    return part(slice(cut)), part(slice(cut, None))


def _require_batches(dataset):
    (first, *_) = tf.nest.flatten(dataset.element_spec)
    if first.shape.rank != 1:
        raise ValueError(
            "A dataset of texts must give batches, string [B]: "
            "`dataset.batch(32)`. "
            f"Received: element_spec={dataset.element_spec}."
        )
