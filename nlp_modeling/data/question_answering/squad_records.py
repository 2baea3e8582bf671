"""Makes records of files in SQuAD's format."""

import dataclasses
from collections.abc import Iterable, Iterator

from nlp_modeling import text
from nlp_modeling.data.question_answering.encode_squad_windows import (
    encode_squad_windows,
)
from nlp_modeling.data.question_answering.read_squad import (
    SquadQuestion,
    read_squad,
)
from nlp_modeling.data.question_answering.squad_windows import (
    SquadWindow,
    squad_windows,
)


@dataclasses.dataclass(frozen=True)
class SquadRecords:
    """Makes records of files in SQuAD's format.

    Args:
        tokenizer: Splits questions and contexts.
        sequence_length: The length of a packed window, in word pieces.
        doc_stride: The distance between the starts of two windows, in word
            pieces of the context.
        max_query_length: Longer questions are cut to this many word pieces.
        version_2_with_negative: Whether questions may be impossible.
    """

    tokenizer: text.BertTokenizer
    sequence_length: int = 384
    doc_stride: int = 128
    max_query_length: int = 64
    version_2_with_negative: bool = False

    @property
    def meta_data(self) -> dict:
        """Describes the records to their readers, in JSON values."""
        return {
            "task_type": "bert_squad",
            "max_query_length": self.max_query_length,
            "doc_stride": self.doc_stride,
            "version_2_with_negative": self.version_2_with_negative,
        }

    def read(self, file: str, labeled: bool) -> Iterable[SquadQuestion]:
        """Reads a file; see `read_squad`."""
        return read_squad(
            file, self.version_2_with_negative, need_answers=labeled
        )

    def encode(
        self, questions: Iterable[SquadQuestion], labeled: bool
    ) -> Iterator[bytes]:
        """Encodes the windows of questions, with answers if `labeled`."""
        windows = self.windows(questions)
        return encode_squad_windows(
            windows, self.tokenizer, self.sequence_length, labeled
        )

    def windows(
        self, questions: Iterable[SquadQuestion]
    ) -> Iterator[SquadWindow]:
        """Cuts the windows that `encode` encodes; see `squad_windows`."""
        return squad_windows(
            questions,
            self.tokenizer,
            self.sequence_length,
            self.doc_stride,
            self.max_query_length,
        )
