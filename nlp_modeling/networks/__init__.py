"""Offers encoders, and the heads that read encodings."""

from nlp_modeling.networks.albert_encoder import AlbertEncoder
from nlp_modeling.networks.bert_initializer import bert_initializer
from nlp_modeling.networks.classification import Classification
from nlp_modeling.networks.encoder import Encoder
from nlp_modeling.networks.encoder_scaffold import EncoderScaffold
from nlp_modeling.networks.feature_model import FeatureModel
from nlp_modeling.networks.mobile_bert_encoder import MobileBertEncoder
from nlp_modeling.networks.modern_bert_encoder import ModernBertEncoder
from nlp_modeling.networks.replaced_token_detection import (
    ReplacedTokenDetection,
)
from nlp_modeling.networks.span_labeling import SpanLabeling
from nlp_modeling.networks.token_classification import TokenClassification
from nlp_modeling.networks.transformer_encoder import TransformerEncoder
