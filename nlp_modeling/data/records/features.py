"""Every feature of an example: its name, its axis, its type, its name on disk.

The only place that knows how records name what networks take. Records carry
the names of google-research/bert and Model Garden, so their TFRecords are read
as they are.
"""

import dataclasses

import tensorflow as tf

# Axes: "S" sequence, "P" predictions of masked tokens, "" one value an example.


@dataclasses.dataclass(frozen=True)
class Feature:
    """One named array of an example.

    Args:
        name: Its name everywhere but in a record.
        axis: "S", "P" or "": what its one axis counts, or that it has none.
        dtype: "int32" or "float32". Records hold integers as int64.
        name_on_disk: Its name in a record.
        padding: What fills a batch beyond its values.
    """

    name: str
    axis: str = ""
    dtype: str = "int32"
    name_on_disk: str = ""
    padding: int = 0

    def __post_init__(self):
        if not self.name_on_disk:
            object.__setattr__(self, "name_on_disk", self.name)


INPUT_WORD_IDS = Feature("input_word_ids", "S", name_on_disk="input_ids")
INPUT_MASK = Feature("input_mask", "S")
INPUT_TYPE_IDS = Feature("input_type_ids", "S", name_on_disk="segment_ids")

MASKED_LM_POSITIONS = Feature("masked_lm_positions", "P")
MASKED_LM_IDS = Feature("masked_lm_ids", "P")
MASKED_LM_WEIGHTS = Feature("masked_lm_weights", "P", "float32")
NEXT_SENTENCE_LABELS = Feature("next_sentence_labels")

# A class, a number (regression) and a class for each token, under one name.
LABEL_ID = Feature("label_ids")
LABEL_SCORE = Feature("label_ids", dtype="float32")
# -1 is no class: the tokens that it stands at are not scored.
LABEL_IDS = Feature("label_ids", "S", padding=-1)

UNIQUE_IDS = Feature("unique_ids")
START_POSITIONS = Feature("start_positions")
END_POSITIONS = Feature("end_positions")

# 0 for a row that only fills a batch. Made by `read_batches`, on no disk.
EXAMPLE_WEIGHTS = Feature("example_weights", dtype="float32")

# Kinds of examples.
ENCODER = (INPUT_WORD_IDS, INPUT_MASK, INPUT_TYPE_IDS)
MASKS = (MASKED_LM_POSITIONS, MASKED_LM_IDS, MASKED_LM_WEIGHTS)
MASKED_LM = (*ENCODER, *MASKS)
PRETRAINING = (*MASKED_LM, NEXT_SENTENCE_LABELS)
# Tokens before masking, as long as they are: a record without padding.
UNMASKED = (INPUT_WORD_IDS, INPUT_TYPE_IDS, NEXT_SENTENCE_LABELS)
CLASSIFICATION = (*ENCODER, LABEL_ID)
REGRESSION = (*ENCODER, LABEL_SCORE)
TAGGING = (*ENCODER, LABEL_IDS)
SPAN_PREDICTION = (*ENCODER, UNIQUE_IDS)
SPAN_LABELING = (*SPAN_PREDICTION, START_POSITIONS, END_POSITIONS)


def parsing_spec(features) -> dict[str, tf.io.RaggedFeature]:
    """Gives what `tf.io.parse_example` needs to read `features`.

    Any length is read; `pad_examples` brings it to the length that is wanted.

    Args:
        features: A sequence of `Feature`.

    Returns:
        Names on disk to how they are read.
    """
    return {
        feature.name_on_disk: tf.io.RaggedFeature(
            tf.float32 if feature.dtype == "float32" else tf.int64,
            row_splits_dtype=tf.int64,
        )
        for feature in features
    }
