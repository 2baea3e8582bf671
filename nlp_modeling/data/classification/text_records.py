"""Records of texts or pairs of texts."""

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
    """Makes records of the files of a task over texts or pairs of texts.

    Args:
        name: What the task is called.
        task: Its columns and labels.
        tokenizer: Splits the texts.
        sequence_length: Of an example, in word pieces.
    """

    name: str
    task: TextTask
    tokenizer: text.BertTokenizer
    sequence_length: int

    @property
    def meta_data(self) -> dict:
        """What readers of the records want to know, as JSON holds it."""
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
        """Gives the records of examples; these know if they have labels."""
        return encode_text_examples(
            examples, self.tokenizer, self.sequence_length
        )
