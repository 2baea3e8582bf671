"""Declares the features of examples: names, axes, types, names on disk.

Only this file knows the names of features in records. They are the names of
google-research/bert and Model Garden, so TFRecords of both can be read.
"""

import dataclasses

import tensorflow as tf

# Axes: "S" sequence, "P" predictions of masked tokens, "N" sequences of a
# packed row, "" a single value.


@dataclasses.dataclass(frozen=True)
class Feature:
    """Declares an array or a number that each example holds.

    Args:
        name: The name, except in records.
        axis: "S", "P" or "N", the axis of an array, or "" for a single number.
        dtype: "int32" or "float32". Records hold integers as int64.
        name_on_disk: The name in records. "" for `name`.
        padding: The number that fills up shorter arrays of a batch.
        below: For ids, which begin at 0 or at a negative `padding`: the number
            that they lie below, or its name in `parse_examples`' limits.
    """

    name: str
    axis: str = ""
    dtype: str = "int32"
    name_on_disk: str = ""
    padding: int = 0
    below: int | str | None = None

    def __post_init__(self):
        if not self.name_on_disk:
            object.__setattr__(self, "name_on_disk", self.name)


INPUT_WORD_IDS = Feature(
    "input_word_ids", "S", name_on_disk="input_ids", below="vocab_size"
)
INPUT_MASK = Feature("input_mask", "S", below=2)
INPUT_TYPE_IDS = Feature(
    "input_type_ids", "S", name_on_disk="segment_ids", below="num_segments"
)

MASKED_LM_POSITIONS = Feature(
    "masked_lm_positions", "P", below="sequence_length"
)
MASKED_LM_IDS = Feature("masked_lm_ids", "P", below="vocab_size")
MASKED_LM_WEIGHTS = Feature("masked_lm_weights", "P", "float32")
NEXT_SENTENCE_LABELS = Feature("next_sentence_labels", below=2)

# Of packed rows: the place where each sequence begins, and its label.
SEQUENCE_STARTS = Feature(
    "sequence_starts", "N", padding=-1, below="sequence_length"
)
NEXT_SENTENCE_LABELS_OF_ROW = Feature("next_sentence_labels", "N", below=2)

# These three share a name: a class, a number (regression), a class per token.
LABEL_ID = Feature("label_ids", below="num_classes")
LABEL_SCORE = Feature("label_ids", dtype="float32")
# Tokens with the label -1 are not scored.
LABEL_IDS = Feature("label_ids", "S", padding=-1, below="num_classes")

UNIQUE_IDS = Feature("unique_ids")
START_POSITIONS = Feature("start_positions", below="sequence_length")
END_POSITIONS = Feature("end_positions", below="sequence_length")

# Kinds of examples.
ENCODER = (INPUT_WORD_IDS, INPUT_MASK, INPUT_TYPE_IDS)
MASKS = (MASKED_LM_POSITIONS, MASKED_LM_IDS, MASKED_LM_WEIGHTS)
MASKED_LM = (*ENCODER, *MASKS)
PRETRAINING = (*MASKED_LM, NEXT_SENTENCE_LABELS)
# Tokens before masking, without padding.
UNMASKED = (INPUT_WORD_IDS, INPUT_TYPE_IDS, NEXT_SENTENCE_LABELS)
# Rows of several sequences, without padding.
PACKED_UNMASKED = (
    INPUT_WORD_IDS,
    INPUT_TYPE_IDS,
    SEQUENCE_STARTS,
    NEXT_SENTENCE_LABELS_OF_ROW,
)
PACKED_PRETRAINING = (*PACKED_UNMASKED, *MASKS)
CLASSIFICATION = (*ENCODER, LABEL_ID)
REGRESSION = (*ENCODER, LABEL_SCORE)
TAGGING = (*ENCODER, LABEL_IDS)
SPAN_PREDICTION = (*ENCODER, UNIQUE_IDS)
SPAN_LABELING = (*SPAN_PREDICTION, START_POSITIONS, END_POSITIONS)


def pretraining(
    *, masked: bool, packed: bool, next_sentence: bool
) -> tuple[Feature, ...]:
    """Lists the features of examples to pretrain on.

    Args:
        masked: Whether they hold masks.
        packed: Whether they are rows of several sequences.
        next_sentence: Whether they have labels of next sentences.
    """
    if packed:
        listed = PACKED_PRETRAINING if masked else PACKED_UNMASKED
    else:
        listed = PRETRAINING if masked else UNMASKED
    label = NEXT_SENTENCE_LABELS.name
    return tuple(f for f in listed if next_sentence or f.name != label)


def parsing_spec(features) -> dict[str, tf.io.RaggedFeature]:
    """Gives the specification for `tf.io.parse_example` to read `features`.

    Arrays may have any length. `pad_examples` pads them.

    Args:
        features: A sequence of `Feature`.

    Returns:
        Maps names on disk to ragged features.
    """
    return {
        feature.name_on_disk: tf.io.RaggedFeature(
            tf.float32 if feature.dtype == "float32" else tf.int64,
            row_splits_dtype=tf.int64,
        )
        for feature in features
    }
