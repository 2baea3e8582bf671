"""Serves a trained model and its preprocessing as one artefact."""

from nlp_modeling.serving.classifier import Classifier
from nlp_modeling.serving.embedder import Embedder
from nlp_modeling.serving.export import export
from nlp_modeling.serving.export_litert import export_litert
from nlp_modeling.serving.export_onnx import export_onnx
from nlp_modeling.serving.model_card import ModelCard
from nlp_modeling.serving.reader import Reader
from nlp_modeling.serving.served_model import ServedModel
from nlp_modeling.serving.tagger import Tagger

__all__ = [
    "Classifier",
    "Embedder",
    "ModelCard",
    "Reader",
    "ServedModel",
    "Tagger",
    "export",
    "export_litert",
    "export_onnx",
]
