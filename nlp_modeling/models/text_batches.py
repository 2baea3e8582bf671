"""Makes batches of texts, each as long as its longest text."""

from collections.abc import Callable, Iterator

import keras
import numpy as np

from nlp_modeling.text.lazy_tensorflow import tf

# Shapes: N texts, B batch.

# A batch's length is rounded up, so that few shapes are compiled.
_MULTIPLE, _MULTIPLE_COMPILED = 8, 32
# Texts of about one length are batched together, from this many batches.
_POOL = 50


class TextBatches:
    """Makes batches of texts, each as long as its longest text.

    In training, an epoch has the texts in a new random order, sorted by length
    within pools of batches: then little of a batch is padding.

    Args:
        lengths: int [N], the word pieces of each text.
        make: Makes the batch of some rows, int [B], at some length, as
            `Model.fit` takes it.
        max_length: The longest length of a batch.
        batch_size: B.
        shuffle: Whether the order is random, or by length.
        is_fixed: Whether every batch has the longest length.
        compiles: Whether each new length is compiled anew.
    """

    def __init__(
        self,
        lengths: np.ndarray,
        make: Callable,
        max_length: int,
        batch_size: int = 32,
        shuffle: bool = False,
        is_fixed: bool = False,
        compiles: bool = False,
    ):
        self.lengths = lengths
        self.make = make
        self.max_length = max_length
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.is_fixed = is_fixed
        self.multiple = _MULTIPLE_COMPILED if compiles else _MULTIPLE
        self.by_length = np.argsort(lengths, kind="stable")

    def __len__(self) -> int:
        return -(-len(self.lengths) // self.batch_size)

    def order(self) -> list[np.ndarray]:
        """Gives the rows of each batch of an epoch, int [B] each."""
        if not self.shuffle:
            return self._batches(self.by_length)
        # NumPy's generator, which `keras.utils.set_random_seed` seeds.
        rows = np.random.permutation(len(self.lengths))
        size = _POOL * self.batch_size
        batches = []
        for start in range(0, len(rows), size):
            pool = rows[start : start + size]
            pool = pool[np.argsort(self.lengths[pool], kind="stable")]
            batches += self._batches(pool)
        return [batches[i] for i in np.random.permutation(len(batches))]

    def batch(self, rows: np.ndarray):
        """Makes the batch of some rows, as `Model.fit` takes it."""
        length = self.max_length
        if not self.is_fixed:
            longest = max(self.lengths[rows])
            rounded = -(-longest // self.multiple) * self.multiple
            length = min(rounded, length)
        return self.make(rows, length)

    def epoch(self) -> Iterator:
        """Makes the batches of an epoch."""
        for rows in self.order():
            yield self.batch(rows)

    def dataset(self):
        """Gives the batches in a form that Keras reads in every epoch."""
        if keras.backend.backend() != "tensorflow":
            return _Batches(self)
        specs = keras.tree.map_structure(_spec, self.batch(self.by_length[:1]))
        dataset = tf.data.Dataset.from_generator(
            self.epoch, output_signature=specs
        )
        dataset = dataset.apply(
            tf.data.experimental.assert_cardinality(len(self))
        )
        return dataset.prefetch(2)

    def _batches(self, rows):
        size = self.batch_size
        return [rows[i : i + size] for i in range(0, len(rows), size)]


class _Batches(keras.utils.PyDataset):
    """Offers batches to Keras without TensorFlow."""

    def __init__(self, batches):
        super().__init__()
        self.batches = batches
        self.order = batches.order()

    def __len__(self):
        return len(self.order)

    def __getitem__(self, index):
        return self.batches.batch(self.order[index])

    def on_epoch_end(self):
        self.order = self.batches.order()


def _spec(value):
    return tf.TensorSpec([None] * value.ndim, value.dtype)
