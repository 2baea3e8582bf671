"""Turns files into examples, examples into records, records into batches."""

from nlp_modeling.data.batches.evaluation_batches import evaluation_batches
from nlp_modeling.data.batches.first_batch import first_batch
from nlp_modeling.data.batches.training_batches import training_batches
from nlp_modeling.data.built_in.docstring_items import (
    DocstringItem,
    docstring_items,
)
from nlp_modeling.data.built_in.library_docs import (
    LIBRARIES,
    LibraryDoc,
    library_docs,
)
from nlp_modeling.data.built_in.library_docs_labels import library_docs_labels
from nlp_modeling.data.built_in.library_docs_questions import (
    library_docs_questions,
)
from nlp_modeling.data.built_in.library_docs_text import library_docs_text
from nlp_modeling.data.classification.encode_text_examples import (
    encode_text_examples,
)
from nlp_modeling.data.classification.read_labels import read_labels
from nlp_modeling.data.classification.read_text_examples import (
    TextExample,
    read_text_examples,
)
from nlp_modeling.data.classification.text_records import TextRecords
from nlp_modeling.data.classification.text_task import TextTask
from nlp_modeling.data.classification.text_tasks import TEXT_TASKS
from nlp_modeling.data.files.read_table import read_table
from nlp_modeling.data.files.require_different import require_different
from nlp_modeling.data.files.text_files import (
    find_files,
    read_lines,
    text_bytes,
)
from nlp_modeling.data.files.whole_output import whole_output
from nlp_modeling.data.files.without_final_blanks import without_final_blanks
from nlp_modeling.data.files.worker_pool import worker_pool
from nlp_modeling.data.pretraining.document_chunks import (
    document_chunks,
    group_files,
)
from nlp_modeling.data.pretraining.pack_records import pack_records
from nlp_modeling.data.pretraining.pretraining_examples import (
    PretrainingExamples,
)
from nlp_modeling.data.pretraining.write_pretraining_data import (
    write_pretraining_data,
)
from nlp_modeling.data.question_answering.encode_squad_windows import (
    encode_squad_windows,
)
from nlp_modeling.data.question_answering.read_squad import (
    Answer,
    SquadQuestion,
    read_squad,
)
from nlp_modeling.data.question_answering.squad_records import SquadRecords
from nlp_modeling.data.question_answering.squad_windows import (
    SquadWindow,
    squad_windows,
)
from nlp_modeling.data.records import features
from nlp_modeling.data.records.count_records import count_records
from nlp_modeling.data.records.encode_examples import encode_examples
from nlp_modeling.data.records.packed_rows import most_sequences
from nlp_modeling.data.records.stored_features import stored_features
from nlp_modeling.data.tagging.encode_tagging_windows import (
    encode_tagging_windows,
)
from nlp_modeling.data.tagging.read_conll import TaggedSentence, read_conll
from nlp_modeling.data.tagging.read_tags import read_tags
from nlp_modeling.data.tagging.tag_entities import (
    Entity,
    continues_entity,
    tag_entities,
)
from nlp_modeling.data.tagging.tag_places import place_and_kind
from nlp_modeling.data.tagging.tagging_records import TaggingRecords
from nlp_modeling.data.tagging.tagging_tasks import TAGGING_TASKS, TaggingTask
from nlp_modeling.data.tagging.tagging_windows import (
    IGNORED_LABEL,
    TaggingWindow,
    tagging_windows,
)
from nlp_modeling.data.tagging.text_words import TextWord, text_words
