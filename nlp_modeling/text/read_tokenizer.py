"""Reads the tokenizer of a folder."""

from nlp_modeling.text.bert_tokenizer import BertTokenizer
from nlp_modeling.text.byte_pair_files import holds_byte_pairs
from nlp_modeling.text.byte_pair_tokenizer import BytePairTokenizer


def read_tokenizer(folder, **arguments) -> BertTokenizer | BytePairTokenizer:
    """Reads the tokenizer of a preset, or of a folder of Hugging Face.

    Args:
        folder: Path of the folder.
        **arguments: Arguments of the tokenizer in place of the folder's.

    Raises:
        ValueError: If there is no vocabulary, a file is damaged, or the folder
            asks for what the tokenizers do not do.
    """
    is_of_bytes = holds_byte_pairs(folder)
    kind = BytePairTokenizer if is_of_bytes else BertTokenizer
    return kind.from_preset(folder, **arguments)
