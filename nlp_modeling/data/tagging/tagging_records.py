"""Makes records of files in CoNLL's columns."""

import dataclasses
from collections.abc import Iterable, Iterator

from nlp_modeling import text
from nlp_modeling.data.tagging.encode_tagging_windows import (
    encode_tagging_windows,
)
from nlp_modeling.data.tagging.read_conll import TaggedSentence, read_conll
from nlp_modeling.data.tagging.require_tags import require_tags
from nlp_modeling.data.tagging.tagging_windows import tagging_windows


@dataclasses.dataclass(frozen=True)
class TaggingRecords:
    """Makes records of files in CoNLL's columns.

    Args:
        name: The name of the task.
        tags: The tags in the order of their labels.
        tokenizer: Splits the words.
        sequence_length: The length of a packed window, in word pieces.

    Raises:
        ValueError: If the tags are not of one scheme; see `require_tags`.
    """

    name: str
    tags: tuple[str, ...]
    tokenizer: text.BertTokenizer
    sequence_length: int

    def __post_init__(self):
        require_tags(self.tags, f"labels of the task {self.name!r}")

    @property
    def meta_data(self) -> dict:
        """Describes the records to their readers, in JSON values."""
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
        """Encodes the windows of sentences, with tags if they have any."""
        windows = tagging_windows(
            sentences, self.tokenizer, self.tags, self.sequence_length
        )
        return encode_tagging_windows(
            windows, self.tokenizer, self.sequence_length
        )
