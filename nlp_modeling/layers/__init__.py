"""Offers the layers that networks are built from."""

from nlp_modeling.layers.approximate_gelu import approximate_gelu
from nlp_modeling.layers.bottleneck_attention import BottleneckAttention
from nlp_modeling.layers.classification_head import ClassificationHead
from nlp_modeling.layers.draw_words import DrawWords
from nlp_modeling.layers.dropout import Dropout
from nlp_modeling.layers.encoder_block import EncoderBlock
from nlp_modeling.layers.feed_forward import FeedForward
from nlp_modeling.layers.gated_feed_forward import GatedFeedForward
from nlp_modeling.layers.gather_positions import gather_positions
from nlp_modeling.layers.masked_lm import MaskedLM
from nlp_modeling.layers.mobile_bert_block import MobileBertBlock
from nlp_modeling.layers.no_norm import NoNorm, norm_part
from nlp_modeling.layers.normalized_transform import NormalizedTransform
from nlp_modeling.layers.on_device_embedding import OnDeviceEmbedding
from nlp_modeling.layers.position_embedding import PositionEmbedding
from nlp_modeling.layers.position_ids import position_ids
from nlp_modeling.layers.put_words import put_words
from nlp_modeling.layers.self_attention import SelfAttention
from nlp_modeling.layers.self_attention_mask import SelfAttentionMask
from nlp_modeling.layers.token_and_position_embedding import (
    TokenAndPositionEmbedding,
)
from nlp_modeling.layers.transformer_encoder_block import (
    TransformerEncoderBlock,
)
from nlp_modeling.layers.trigram_transform import TrigramTransform
from nlp_modeling.layers.wide_masked_lm import WideMaskedLM
