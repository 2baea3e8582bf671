"""Describes a model to the people who use it."""

import dataclasses
import json
import platform
import sys
from collections.abc import Mapping, Sequence

import keras
import tensorflow as tf
import tensorflow_text as tf_text

import nlp_modeling
from nlp_modeling.serving.served_model import ServedModel


@dataclasses.dataclass(frozen=True)
class ModelCard:
    """Describes a model: its data, its training and its scores.

    Reference:
        Model Cards for Model Reporting: https://arxiv.org/abs/1810.03993

    Args:
        name: Title of the card.
        data: The data of training and evaluation, with source and licence.
        settings: Settings of the training, by name.
        seeds: Seeds of the training.
        scores: Scores of the model in training, by the names of data and
            metric.
        artefact_scores: Scores of what was written, by the names of metrics.
        notes: More text, as Markdown.
    """

    name: str = "A model"
    data: str = ""
    settings: Mapping[str, object] = dataclasses.field(default_factory=dict)
    seeds: Sequence[int] = ()
    scores: Mapping[str, float] = dataclasses.field(default_factory=dict)
    artefact_scores: Mapping[str, float] = dataclasses.field(
        default_factory=dict
    )
    notes: str = ""

    def markdown(self, served: ServedModel, use: str | None = None) -> str:
        """Writes the card of a served model as Markdown.

        Args:
            served: The model.
            use: Says how to load it; None for a SavedModel.
        """
        use = use or _use_of_saved_model(served)
        sections = {
            "Use": f"{use}\n\n{_texts(served)}",
            "Labels": _list(dict(enumerate(served.labels))),
            "Data": self.data or "Not stated.",
            "Training": _list(self.settings) or "Not stated.",
            "Seeds": ", ".join(map(str, self.seeds)) or "Not stated.",
            "Scores": _list(self.scores) or "Not measured.",
            "Scores of this artefact": _list(self.artefact_scores)
            or "Not measured.",
            "Notes": self.notes,
            "Serving": _list(served.settings),
            "Versions": _list(_versions()),
        }
        parts = [f"# {self.name}"]
        parts += [f"## {k}\n\n{v}" for k, v in sections.items() if v]
        return "\n\n".join(parts) + "\n"


def _use_of_saved_model(served):
    arguments = ", ".join(f'{x}=tf.constant(["..."])' for x in served.inputs)
    return f"""\
```python
import tensorflow as tf
import tensorflow_text  # The operations that split text.

serve = tf.saved_model.load(FOLDER).signatures["serving_default"]
print(serve({arguments}))
```"""


def _texts(served):
    inputs = ", ".join(f"`{name}`" for name in served.inputs)
    outputs = "\n".join(f"- `{k}`: {v}" for k, v in served.outputs.items())
    return f"""\
It takes {inputs}.
These are strings in UTF-8, one for each example of a batch. Bytes that are not
UTF-8 are dropped, and an empty string is served as any other. It gives:

{outputs}"""


def _list(values):
    return "\n".join(f"- {k}: {_plain(v)}" for k, v in values.items())


def _plain(value):
    return value if isinstance(value, str) else json.dumps(value)


def _versions():
    return {
        "nlp_modeling": nlp_modeling.__version__,
        "tensorflow": tf.__version__,
        "tensorflow_text": tf_text.__version__,
        "keras": keras.__version__,
        "python": platform.python_version(),
        "platform": sys.platform,
    }
