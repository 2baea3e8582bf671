"""Makes records of files with texts or pairs of texts."""

import dataclasses
from collections.abc import Iterable, Iterator

from nlp_modeling import text
from nlp_modeling.data.classification.encode_text_examples import (
    encode_text_examples,
)
from nlp_modeling.data.classification.read_text_examples import (
    TextExample,
    read_text_examples,
)
from nlp_modeling.data.classification.text_task import TextTask


@dataclasses.dataclass(frozen=True)
class TextRecords:
    """Makes records of files with texts or pairs of texts.

    Args:
        name: The name of the task.
        task: The columns and labels of the files.
        tokenizer: Splits the texts.
        sequence_length: The length of an example, in word pieces.
    """

    name: str
    task: TextTask
    tokenizer: text.BertTokenizer | text.BytePairTokenizer
    sequence_length: int

    @property
    def meta_data(self) -> dict:
        """Describes the records to their readers, in JSON values."""
        found = {"processor_type": self.name, "metrics": self.task.metrics}
        if not self.task.labels:
            kind = {"task_type": "bert_regression", "label_type": "float"}
            return found | kind
        return found | {
            "task_type": "bert_classification",
            "num_labels": len(self.task.labels),
            "label_list": self.task.labels,
        }

    def read(self, file: str, labeled: bool) -> Iterator[TextExample]:
        """Reads a file; see `read_text_examples`."""
        return read_text_examples(file, self.task, labeled)

    def encode(
        self, examples: Iterable[TextExample], labeled: bool
    ) -> Iterator[bytes]:
        """Encodes examples, with their labels unless these are `None`."""
        return encode_text_examples(
            examples, self.tokenizer, self.sequence_length
        )
