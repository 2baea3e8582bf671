r"""Shows what a pretrained model would put at [MASK].

  python -m official_runs.fill_mask --model_dir=/tmp/bert_tiny \
    --sentence='Returns a [MASK] of the same shape as the input.'
"""

from absl import flags

from official_runs.program import flag_types
from official_runs.program.run_program import run_program

_MODEL_DIR = flag_types.input_folder(
    "model_dir", None, "The folder of a run of run_pretraining.", required=True
)
_SENTENCES = flags.DEFINE_multi_string(
    "sentence", None, "Text with [MASK]; may be repeated.", required=True
)
_TOP = flag_types.whole_number("top", 5, "How many tokens to show.", high=1000)


def main():
    from nlp_modeling import models
    from official_runs.pretraining.guesses import (
        describe_guesses,
        load_pretrainer,
    )

    model = load_pretrainer(_MODEL_DIR.value)
    fill = models.MaskFiller(model, top_k=_TOP.value)
    for sentence in _SENTENCES.value:
        print(sentence, *describe_guesses(fill, sentence), sep="\n")


if __name__ == "__main__":
    run_program(main)
