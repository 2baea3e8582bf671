"""Records of sentences whose words carry tags."""

import dataclasses
from collections.abc import Iterable, Iterator

from nlp_modeling import text
from nlp_modeling.data.tagging.encode_tagging_windows import (
    encode_tagging_windows,
)
from nlp_modeling.data.tagging.read_conll import TaggedSentence, read_conll
from nlp_modeling.data.tagging.tagging_windows import tagging_windows


@dataclasses.dataclass(frozen=True)
class TaggingRecords:
    """Makes records of files in CoNLL's columns.

    Args:
        name: What the task is called.
        tags: In the order of their labels.
        tokenizer: Splits the words.
        sequence_length: Of a window of a sentence, in word pieces.
    """

    name: str
    tags: tuple[str, ...]
    tokenizer: text.BertTokenizer
    sequence_length: int

    @property
    def meta_data(self) -> dict:
        """What readers of the records want to know, as JSON holds it."""
        return {
            "task_type": "tagging",
            "processor_type": self.name,
            "label_type": "int",
            "label_shape": [self.sequence_length],
            "num_labels": len(self.tags),
            "label_list": self.tags,
        }

    def read(self, file: str, labeled: bool) -> Iterator[TaggedSentence]:
        """Reads a file; see `read_conll`."""
        return read_conll(file, self.tags, labeled)

    def encode(
        self, sentences: Iterable[TaggedSentence], labeled: bool
    ) -> Iterator[bytes]:
        """Gives the records of sentences, which know if they have tags."""
        windows = tagging_windows(
            sentences, self.tokenizer, self.tags, self.sequence_length
        )
        return encode_tagging_windows(
            windows, self.tokenizer, self.sequence_length
        )
