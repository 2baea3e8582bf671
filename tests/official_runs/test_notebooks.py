"""Notebooks run as they are written, and define nothing."""

import ast
import contextlib
import io
import os
import pathlib
import shutil
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from IPython.core.inputtransformer2 import TransformerManager

FOLDER = pathlib.Path(__file__).parent.parent.parent / "colab"
INTRODUCTION = FOLDER / "nlp_modeling_library_intro.ipynb"
# What replaces values of the cell that is tagged "parameters", to be quick.
TRANSFORMER = {
    "num_labeled": 200,
    "num_paragraphs": 300,
    "vocab_size": 1000,
    "max_bytes": 2_000_000,
    "sequence_length": 16,
    "num_layers": 1,
    "width": 16,
    "pretraining_steps": 20,
    "finetuning_epochs": 1,
}
NOTEBOOKS = {
    "getting_started": {
        "num_train": 32,
        "num_test": 16,
        "num_related": 32,
        "max_bytes": 2_000_000,
        "sequence_length": 32,
        "vocab_size": 600,
        "new_epochs": 1,
        "pretraining_epochs": 1,
    },
    "masked_language_modeling": {
        "num_train": 32,
        "num_test": 16,
        "max_bytes": 2_000_000,
        "sequence_length": 32,
        "vocab_size": 600,
        "pretraining_epochs": 2,
        "epochs": 1,
    },
    "transformer_pretraining": TRANSFORMER,
    "pretraining_on_jax": TRANSFORMER,
    "pretrain_your_own": {
        "num_lines": 1000,
        "num_labeled": 200,
        "vocab_size": 1000,
        "max_bytes": 2_000_000,
        "num_train_steps": 20,
        "warmup_steps": 2,
        "num_train_epochs": 1,
    },
}


class Shell:
    """Stands in for IPython in what it makes of a line `!command`."""

    def __init__(self, names):
        self.names = names
        self.commands = []

    def system(self, command):
        command = command.format(**self.names)
        self.commands.append(command)
        done = subprocess.run(
            command, shell=True, capture_output=True, text=True
        )
        assert not done.returncode, f"{command}\n{done.stderr}"
        print(done.stdout, done.stderr)


def code_cells(path):
    """The code cells but those that install, in plain Python."""
    cells = nbformat.read(path, as_version=4).cells
    cells = [cell for cell in cells if cell.cell_type == "code"]
    cells = [cell for cell in cells if not cell.source.startswith("!pip")]
    for cell in cells:
        cell.source = TransformerManager().transform_cell(cell.source)
    return cells


def code(path):
    """The sources of the code cells but those that install."""
    return [cell.source for cell in code_cells(path)]


def run(sources):
    """Runs cells one after the other, in the way of IPython."""
    # Its presence tells Keras that a plot without Graphviz is no error.
    import IPython.core.magics.namespace  # noqa: F401

    names = {}
    for source in sources:
        exec(compile(source, "<cell>", "exec"), names)
    return names


def step(source, names):
    """Runs a cell, and tells whether it printed, gave or drew something."""
    import matplotlib.pyplot as plt

    *body, last = ast.parse(source).body
    value = None
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        if isinstance(last, ast.Expr):
            exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
            last = ast.Expression(last.value)
            value = eval(compile(last, "<cell>", "eval"), names)
        else:
            exec(compile(source, "<cell>", "exec"), names)
    has_drawn = bool(plt.get_fignums())
    plt.close("all")
    return has_drawn or value is not None or bool(printed.getvalue().strip())


def shows(source):
    """Tells whether a cell ends in an expression, or prints."""
    tree = ast.parse(source)
    return isinstance(tree.body[-1], ast.Expr) or any(
        isinstance(node, ast.Name) and node.id == "print"
        for node in ast.walk(tree)
    )


@pytest.fixture(scope="module")
def introduction(tmp_path_factory):
    import keras

    keras.utils.set_random_seed(0)
    # Its plots are written where it runs.
    with contextlib.chdir(tmp_path_factory.mktemp("colab")):
        return run(code(INTRODUCTION))


def test_every_model_of_the_introduction_answers(introduction):
    predictions = introduction["lm_output"]
    assert predictions.shape == (2, 8, 100)
    np.testing.assert_allclose(np.exp(predictions).sum(-1), 1, rtol=1e-4)
    assert introduction["sentence_output"].shape == (2, 2)
    assert introduction["start_logits"].shape == (2, 16)
    assert introduction["end_logits"].shape == (2, 16)
    assert introduction["logits"].shape == (2, 2)


def test_the_losses_of_the_introduction_are_those_of_chance(introduction):
    """A fresh model knows nothing: log(100), log(2), log(16), log(2).

    Its scores are not zero, so each is a little off.
    """
    mlm_loss = float(introduction["mlm_loss"])
    assert mlm_loss == pytest.approx(np.log(100), abs=2.0)
    for name, classes in (
        ("sentence_loss", 2),
        ("total_loss", 16),
        ("loss", 2),
    ):
        value = float(introduction[name])
        assert value == pytest.approx(np.log(classes), abs=2.0), name


def test_the_introduction_makes_its_plots(introduction, tmp_path):
    if not shutil.which("dot"):
        pytest.skip("Graphviz is not installed: no `dot`")
    import keras

    for name in ("network", "bert_pretrainer", "bert_span_labeler"):
        path = tmp_path / f"{name}.png"
        keras.utils.plot_model(
            introduction[name], path, show_shapes=True, dpi=48
        )
        assert path.stat().st_size > 1000


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_and_each_step_shows_something(
    name, tmp_path, monkeypatch
):
    import keras

    # A notebook chooses a backend only where none is chosen.
    monkeypatch.setenv("KERAS_BACKEND", keras.backend.backend())
    monkeypatch.setenv("MPLBACKEND", "agg")
    # `!python` is this one, and finds the programs.
    programs = os.path.dirname(sys.executable)
    monkeypatch.setenv("PATH", programs + os.pathsep + os.environ["PATH"])
    monkeypatch.setenv("PYTHONPATH", str(FOLDER.parent))
    monkeypatch.chdir(tmp_path)
    names = {}
    shell = Shell(names)
    names["get_ipython"] = lambda: shell
    for cell in code_cells(FOLDER / f"{name}.ipynb"):
        assert step(cell.source, names) or not shows(cell.source), cell.source
        if "parameters" in cell.metadata.get("tags", ()):
            assert NOTEBOOKS[name].keys() <= names.keys()
            names.update(NOTEBOOKS[name])
    assert NOTEBOOKS[name].items() <= names.items()
    histories = [
        value.history
        for value in names.values()
        if isinstance(value, keras.callbacks.History)
    ]
    assert histories or shell.commands
    for history in histories:
        for metric, values in history.items():
            assert np.isfinite(values).all(), metric


@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*.ipynb")), ids=lambda p: p.name
)
def test_a_notebook_defines_nothing_and_keeps_no_output(path):
    for cell in nbformat.read(path, as_version=4).cells:
        assert not cell.get("outputs")
    for source in code(path):
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(node, ast.FunctionDef | ast.ClassDef)
