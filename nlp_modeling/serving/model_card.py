"""What people should know of a model that they are given."""

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
    """What people should know of a model: what it learned, and how well.

    Reference:
        Model Cards for Model Reporting: https://arxiv.org/abs/1810.03993

    Args:
        name: A title.
        data: What it was trained and measured on, its source and licence.
        settings: How it was trained, by the names of the settings.
        seeds: Of the training.
        scores: What was measured, by the names of data and metric.
        notes: More, as Markdown.
    """

    name: str = "A model"
    data: str = ""
    settings: Mapping[str, object] = dataclasses.field(default_factory=dict)
    seeds: Sequence[int] = ()
    scores: Mapping[str, float] = dataclasses.field(default_factory=dict)
    notes: str = ""

    def markdown(self, served: ServedModel) -> str:
        """Writes the card of what was made of the model."""
        sections = {
            "Use": _use(served),
            "Labels": _list(dict(enumerate(served.labels))),
            "Data": self.data or "Not stated.",
            "Training": _list(self.settings) or "Not stated.",
            "Seeds": ", ".join(map(str, self.seeds)) or "Not stated.",
            "Scores": _list(self.scores) or "Not measured.",
            "Notes": self.notes,
            "Serving": _list(served.settings),
            "Versions": _list(_versions()),
        }
        parts = [f"# {self.name}"]
        parts += [f"## {k}\n\n{v}" for k, v in sections.items() if v]
        return "\n\n".join(parts) + "\n"


def _use(served):
    arguments = ", ".join(f'{x}=tf.constant(["..."])' for x in served.inputs)
    inputs = ", ".join(f"`{name}`" for name in served.inputs)
    outputs = "\n".join(f"- `{k}`: {v}" for k, v in served.outputs.items())
    return f"""\
```python
import tensorflow as tf
import tensorflow_text  # The operations that split text.

serve = tf.saved_model.load(FOLDER).signatures["serving_default"]
print(serve({arguments}))
```

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
