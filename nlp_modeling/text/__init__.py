"""Strings to tokens: vocabularies, WordPiece, packing, masking."""

from nlp_modeling.text.bert_tokenizer import BertTokenizer
from nlp_modeling.text.read_vocabulary import read_vocabulary

__all__ = ["BertTokenizer", "read_vocabulary"]
