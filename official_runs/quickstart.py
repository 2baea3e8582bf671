r"""Shows the accuracy and the guesses of the quickstart's model.

  make quickstart

makes a corpus of the installed documentation, a vocabulary, records and a tiny
BERT, and ends with this program. It prints the masked-LM accuracy on modules
that training never saw, the accuracy of always guessing the most frequent
token, and guesses for masked sentences about code.
"""

import os

from official_runs.program import flag_types
from official_runs.program.run_program import run_program

_MODEL_DIR = flag_types.input_folder(
    "model_dir", None, "The folder of the run.", required=True
)
_EVAL_FILES = flag_types.input_files(
    "eval_files", None, "The records of unseen modules.", required=True
)

SENTENCES = (
    "Returns a [MASK] of the same shape as the input.",
    "If the file does not exist, an [MASK] is raised.",
    "The learning [MASK] of the optimizer.",
    "A string, the [MASK] of the layer.",
)


def most_frequent(files: list[str], tokenizer) -> tuple[str, float]:
    """Finds the token that is masked most often, and its share."""
    import numpy as np

    from nlp_modeling import data, text

    counts = np.zeros(tokenizer.vocab_size)
    for features in data.evaluation_batches(
        files,
        (data.features.INPUT_WORD_IDS, data.features.INPUT_TYPE_IDS),
        256,
        sequence_length=512,
        masking=text.MaskedLMMaskGenerator(tokenizer),
    ):
        np.add.at(
            counts, features["masked_lm_ids"], features["masked_lm_weights"]
        )
    best = counts.argmax()
    return tokenizer.vocabulary[best], counts[best] / counts.sum()


def main():
    from nlp_modeling import models, training
    from official_runs.pretraining.guesses import load_pretrainer

    fill = models.MaskFiller(load_pretrainer(_MODEL_DIR.value))
    folder = training.RunFolder(_MODEL_DIR.value, writes=False)
    learned = folder.logged()[-1]["masked_lm_accuracy"]
    token, share = most_frequent(_EVAL_FILES.value, fill.tokenizer)
    print(
        f"masked-LM accuracy on unseen modules: {learned:.1%}; always "
        f"{token!r}: {share:.1%}"
    )
    for sentence in SENTENCES:
        (guesses,) = fill(sentence)
        print(f"{sentence}\n  {', '.join(word for word, _ in guesses)}")
    print(f"The loss curve: {os.path.join(_MODEL_DIR.value, 'loss.png')}")


if __name__ == "__main__":
    run_program(main)
