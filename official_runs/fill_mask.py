r"""Shows what a pretrained model would put at [MASK].

  python -m official_runs.fill_mask --model_dir=/tmp/bert_tiny \
    --sentence='Returns a [MASK] of the same shape as the input.'
"""

import os

import tensorflow as tf
from absl import flags

from nlp_modeling import checkpoints, layers, models, networks, text
from official_runs.run_program import run_program

_MODEL_DIR = flags.DEFINE_string(
    "model_dir", None, "The folder of a run of run_pretraining.", required=True
)
_SENTENCES = flags.DEFINE_multi_string(
    "sentence", None, "Text with one [MASK]; may be repeated.", required=True
)
_TOP = flags.DEFINE_integer("top", 5, "How many tokens to show.", lower_bound=1)


def load_pretrainer(model_dir: str):
    """Gives the masked-LM model of a run, and its tokenizer.

    Raises:
        ValueError: If the folder is not that of a finished run.
    """
    encoder = os.path.join(model_dir, "encoder")
    if not tf.io.gfile.exists(os.path.join(encoder, "config.json")):
        raise ValueError(
            "--model_dir must be the folder of a finished run of "
            f"run_pretraining, with encoder/. Received: {model_dir}."
        )
    model = models.BertPretrainer(
        networks.Encoder.from_preset(encoder),
        num_classes=None,
        activation=layers.approximate_gelu,
    )
    checkpoint = checkpoints.newest_checkpoint(model_dir)
    checkpoints.restore_from_run(model, checkpoint)
    return model, text.BertTokenizer.from_preset(encoder)


def top_tokens(model, tokenizer, sentence: str, count: int) -> list[str]:
    """Gives the most likely tokens at [MASK], the likeliest first.

    Raises:
        ValueError: If the sentence has not one [MASK].
    """
    parts = sentence.split("[MASK]")
    if len(parts) != 2:
        raise ValueError(
            f"A sentence must have one [MASK]. Received: {sentence!r}."
        )
    before, after = (tokenizer(part) for part in parts)
    position = 1 + len(before)
    ids = tf.concat(
        [
            [tokenizer.cls_id],
            before,
            [tokenizer.mask_id],
            after,
            [tokenizer.sep_id],
        ],
        axis=0,
    )[tf.newaxis]
    features = [ids, tf.ones_like(ids), tf.zeros_like(ids), [[position]]]
    scores = model(features)["masked_lm"][0, 0]
    best = tf.math.top_k(scores, count).indices.numpy()
    return [tokenizer.vocabulary[index] for index in best]


def main():
    model, tokenizer = load_pretrainer(_MODEL_DIR.value)
    for sentence in _SENTENCES.value:
        tokens = top_tokens(model, tokenizer, sentence, _TOP.value)
        print(f"{sentence}\n  {', '.join(tokens)}")


if __name__ == "__main__":
    run_program(main)
