"""Loads the model, or the encoder, that a source describes."""

from nlp_modeling import checkpoints
from nlp_modeling.models.bert_classifier import BertClassifier
from nlp_modeling.models.bert_pretrainer import BertPretrainer
from nlp_modeling.models.bert_span_labeler import BertSpanLabeler
from nlp_modeling.models.bert_token_classifier import BertTokenClassifier
from nlp_modeling.models.encoded_model import EncodedModel, preset_class
from nlp_modeling.models.replaced_token_detector import ReplacedTokenDetector

_MODELS = (
    BertPretrainer,
    BertClassifier,
    BertTokenClassifier,
    BertSpanLabeler,
    ReplacedTokenDetector,
)


def load_model(source):
    """Loads the model, or the encoder, that a source describes.

    Args:
        source: A preset, a folder of Hugging Face, google-research, KerasHub
            or TF Hub, the folder of a run, or a name on a hub: see
            `BertClassifier.from_preset`.

    Returns:
        A model with the heads of the source, or an encoder if it has none that
        this package has.

    Raises:
        ValueError: If there is no model, or a file is damaged. Names the file.
    """
    folder = checkpoints.find_preset(source)
    found = preset_class(folder)
    if found is None:
        head = checkpoints.source_model(folder).head
        known = {x: each for each in _MODELS for x in each.hugging_face_heads}
        found = known.get(head)
    if found is not None and issubclass(found, EncodedModel):
        return found.from_preset(source)
    return checkpoints.load_encoder(folder)
