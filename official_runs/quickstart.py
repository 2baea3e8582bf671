r"""Shows what the quickstart learned: numbers, guesses, answers and a page.

  make quickstart

makes a corpus of the installed documentation, a vocabulary and records,
pretrains a small encoder, fine-tunes it to tell which library a docstring
documents, exports that, and ends with this program. It prints the accuracy on
modules that training never saw, beside guesses that need no network, fills
masks, and asks the served model. With --output_dir it writes index.html, a page
of all that with pictures.
"""

import os

from absl import flags

from official_runs.program import flag_types
from official_runs.program.run_program import run_program

_MODEL_DIR = flag_types.input_folder(
    "model_dir", None, "The folder of the run that pretrained.", required=True
)
_TRAIN_FILES = flag_types.input_files(
    "train_files", None, "The records that it learned from."
)
_EVAL_FILES = flag_types.input_files(
    "eval_files", None, "The records of unseen modules.", required=True
)
_CLASSIFIER_DIR = flag_types.input_folder(
    "classifier_dir", None, "The folder of the run that fine-tuned."
)
_SCRATCH_DIR = flag_types.input_folder(
    "from_scratch_dir", None, "The folder of the same run without pretraining."
)
_EXPORT_PATH = flag_types.input_folder(
    "model_export_path", None, "The exported classifier."
)
_LABELS = flag_types.input_file(
    "labels_file", None, "Texts of unseen modules and their libraries."
)
_OUTPUT_DIR = flag_types.path("output_dir", None, "Where to write index.html.")
_OF_A_PAGE = [
    "train_files",
    "classifier_dir",
    "from_scratch_dir",
    "model_export_path",
    "labels_file",
]


@flags.multi_flags_validator(
    ["output_dir", *_OF_A_PAGE],
    f"--output_dir needs --{', --'.join(_OF_A_PAGE)}.",
)
def _page_has_its_parts(values):
    return not values["output_dir"] or all(values[x] for x in _OF_A_PAGE)


SENTENCES = (
    "Returns a [MASK] of the same shape as the input.",
    "If the file does not exist, an [MASK] is raised.",
    "The learning [MASK] of the optimizer.",
    "A string, the [MASK] of the layer.",
)
TEXTS = (
    "Gives the eigenvalues of a matrix.",
    "Open a connection to the server and send the request.",
    "A recurrent layer that returns its last state.",
)


def main():
    from nlp_modeling import models, training
    from official_runs.pretraining.guesses import load_pretrainer
    from official_runs.report.baselines import bigram_accuracy, most_frequent

    fill = models.MaskFiller(load_pretrainer(_MODEL_DIR.value))
    logged = training.RunFolder(_MODEL_DIR.value, writes=False).logged()
    accuracy = logged[-1]["masked_lm_accuracy"]
    token, share = most_frequent(_EVAL_FILES.value, fill.tokenizer)
    baselines = {f"always {token!r}": share}
    if _TRAIN_FILES.value:
        baselines["what most often follows the word before"] = bigram_accuracy(
            _TRAIN_FILES.value, _EVAL_FILES.value, fill.tokenizer
        )
    others = "; ".join(f"{name}: {x:.1%}" for name, x in baselines.items())
    print(f"masked-LM accuracy on unseen modules: {accuracy:.1%}; {others}")
    filled = [(sentence, fill(sentence)[0]) for sentence in SENTENCES]
    for sentence, guesses in filled:
        words = ", ".join(f"{word} {share:.0%}" for word, share in guesses)
        print(f"{sentence}\n  {words}")
    if _OUTPUT_DIR.value:
        _write_page(fill, logged, accuracy, baselines, filled)


def _write_page(fill, logged, accuracy, baselines, filled):
    from nlp_modeling import files
    from official_runs.report import pictures
    from official_runs.report.attention import last_attention
    from official_runs.report.page import write_page

    scores = {
        "pretrained": _accuracy(_CLASSIFIER_DIR.value),
        "from_scratch": _accuracy(_SCRATCH_DIR.value),
    }
    print(
        "which library does a docstring document? accuracy on unseen modules: "
        f"{scores['pretrained']:.1%}; from scratch in as many steps: "
        f"{scores['from_scratch']:.1%}"
    )
    labels, predicted, answers = _serve()
    for text, label, share in answers:
        print(f"{text}\n  {label} {share:.0%}")
    folder = _OUTPUT_DIR.value
    files.make_folder(folder)
    pictures.draw_accuracy(logged, baselines, f"{folder}/accuracy.png")
    pictures.draw_confusion(labels, predicted, f"{folder}/confusion.png")
    pictures.draw_attention(
        *last_attention(fill, SENTENCES[0]), f"{folder}/attention.png"
    )
    path = os.path.join(folder, "index.html")
    write_page(
        path,
        accuracy=accuracy,
        baselines=baselines,
        filled=filled,
        scores=scores,
        answers=answers,
        model_dir=_MODEL_DIR.value,
        classifier_dir=_CLASSIFIER_DIR.value,
        model_export_path=_EXPORT_PATH.value,
    )
    print(f"The page with pictures: {path}")


def _accuracy(folder):
    from nlp_modeling import json_files

    path = os.path.join(folder, "scores.json")
    return json_files.read_json(path, dict[str, dict])["accuracy"]["mean"]


def _serve():
    """Asks the exported model: gives labels, what it says, and answers."""
    from official_runs.finetuning.predict_lines import (
        load,
        predict,
        read_records,
    )

    serve, names = load(_EXPORT_PATH.value)
    labeled = list(read_records(_LABELS.value, True, [*names, "library"]))
    asked = [*labeled, *({names[0]: text} for text in TEXTS)]
    found = list(predict(serve, asked, names, 32))
    predicted = [each["label"] for each in found]
    answers = [
        (text, each["label"], max(each["probabilities"]))
        for text, each in zip(TEXTS, found[len(labeled) :], strict=True)
    ]
    labels = [each["library"] for each in labeled]
    return labels, predicted[: len(labels)], answers


if __name__ == "__main__":
    run_program(main)
