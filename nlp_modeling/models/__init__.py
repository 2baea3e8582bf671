"""Offers models: a network, given as an argument, and heads."""

from nlp_modeling.models.bert_classifier import BertClassifier
from nlp_modeling.models.bert_pretrainer import BertPretrainer
from nlp_modeling.models.bert_span_labeler import BertSpanLabeler
from nlp_modeling.models.bert_token_classifier import BertTokenClassifier
from nlp_modeling.models.electra_pretrainer import ElectraPretrainer
from nlp_modeling.models.load_model import load_model
from nlp_modeling.models.mask_filler import MaskFiller
from nlp_modeling.models.replaced_token_detector import ReplacedTokenDetector
