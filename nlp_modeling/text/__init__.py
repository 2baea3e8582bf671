"""Turns strings into tokens: vocabularies, WordPiece, packing, masking."""

from nlp_modeling.text.bert_preprocessor import BertPreprocessor
from nlp_modeling.text.bert_tokenizer import BertTokenizer
from nlp_modeling.text.byte_pair_files import holds_byte_pairs
from nlp_modeling.text.byte_pair_tokenizer import BytePairTokenizer
from nlp_modeling.text.learn_vocabulary import learn_vocabulary
from nlp_modeling.text.masked_lm_mask_generator import MaskedLMMaskGenerator
from nlp_modeling.text.masked_lm_preprocessor import MaskedLMPreprocessor
from nlp_modeling.text.read_tokenizer import read_tokenizer
from nlp_modeling.text.read_vocabulary import read_vocabulary
from nlp_modeling.text.segment_packer import SegmentPacker
from nlp_modeling.text.start_end_packer import StartEndPacker

__all__ = [
    "BertPreprocessor",
    "BertTokenizer",
    "BytePairTokenizer",
    "MaskedLMMaskGenerator",
    "MaskedLMPreprocessor",
    "SegmentPacker",
    "StartEndPacker",
    "holds_byte_pairs",
    "learn_vocabulary",
    "read_tokenizer",
    "read_vocabulary",
]
