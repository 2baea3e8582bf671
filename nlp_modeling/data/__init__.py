"""Tokens to examples, to records, to batches."""

from nlp_modeling.data import features
from nlp_modeling.data.docstring_items import DocstringItem, docstring_items
from nlp_modeling.data.document_chunks import document_chunks, group_files
from nlp_modeling.data.encode_examples import encode_examples
from nlp_modeling.data.encode_squad_windows import encode_squad_windows
from nlp_modeling.data.encode_tagging_windows import encode_tagging_windows
from nlp_modeling.data.encode_text_examples import encode_text_examples
from nlp_modeling.data.evaluation_batches import evaluation_batches
from nlp_modeling.data.library_docs import LibraryDoc, library_docs
from nlp_modeling.data.library_docs_labels import LIBRARIES, library_docs_labels
from nlp_modeling.data.library_docs_questions import library_docs_questions
from nlp_modeling.data.library_docs_text import library_docs_text
from nlp_modeling.data.pretraining_examples import PretrainingExamples
from nlp_modeling.data.read_conll import TaggedSentence, read_conll
from nlp_modeling.data.read_labels import read_labels
from nlp_modeling.data.read_squad import Answer, SquadQuestion, read_squad
from nlp_modeling.data.read_table import read_table
from nlp_modeling.data.read_tags import read_tags
from nlp_modeling.data.read_text_examples import TextExample, read_text_examples
from nlp_modeling.data.squad_records import SquadRecords
from nlp_modeling.data.squad_windows import SquadWindow, squad_windows
from nlp_modeling.data.stored_features import stored_features
from nlp_modeling.data.tag_entities import (
    Entity,
    continues_entity,
    tag_entities,
)
from nlp_modeling.data.tagging_records import TaggingRecords
from nlp_modeling.data.tagging_tasks import TAGGING_TASKS, TaggingTask
from nlp_modeling.data.tagging_windows import (
    IGNORED_LABEL,
    TaggingWindow,
    tagging_windows,
)
from nlp_modeling.data.text_files import find_files, read_lines, text_bytes
from nlp_modeling.data.text_records import TextRecords
from nlp_modeling.data.text_task import TextTask
from nlp_modeling.data.text_tasks import TEXT_TASKS
from nlp_modeling.data.training_batches import training_batches
from nlp_modeling.data.whole_output import whole_output
from nlp_modeling.data.worker_pool import worker_pool
from nlp_modeling.data.write_pretraining_data import write_pretraining_data

__all__ = [
    "Answer",
    "DocstringItem",
    "Entity",
    "IGNORED_LABEL",
    "LIBRARIES",
    "LibraryDoc",
    "PretrainingExamples",
    "SquadQuestion",
    "SquadRecords",
    "SquadWindow",
    "TAGGING_TASKS",
    "TEXT_TASKS",
    "TaggedSentence",
    "TaggingRecords",
    "TaggingTask",
    "TaggingWindow",
    "TextExample",
    "TextRecords",
    "TextTask",
    "continues_entity",
    "docstring_items",
    "document_chunks",
    "encode_examples",
    "encode_squad_windows",
    "encode_tagging_windows",
    "encode_text_examples",
    "evaluation_batches",
    "features",
    "find_files",
    "group_files",
    "library_docs",
    "library_docs_labels",
    "library_docs_questions",
    "library_docs_text",
    "read_conll",
    "read_labels",
    "read_lines",
    "read_squad",
    "read_table",
    "read_tags",
    "read_text_examples",
    "squad_windows",
    "tag_entities",
    "tagging_windows",
    "text_bytes",
    "training_batches",
    "whole_output",
    "worker_pool",
    "write_pretraining_data",
]
