"""Who may import whom, as the folders' order of data flow has it."""

import ast
import json
import pathlib
import subprocess
import sys

import keras
import pytest

from nlp_modeling import losses, models, optimization
from tests.conformance import cases

ROOT = pathlib.Path(__file__).parent.parent.parent
PACKAGE = ROOT / "nlp_modeling"
# Text layers load TensorFlow through text/lazy_tensorflow.py.
TEXT = {"keras", "numpy"}
SERVING = {"keras", "numpy", "tensorflow", "tensorflow_text"}
# What a folder may import: from the package, and from outside.
MAY_IMPORT = {
    "text": ({"files", "json_files", "keras_internals"}, TEXT),
    "data": (
        {"files", "json_files", "text"},
        {"google", "numpy", "tensorflow"},  # google.protobuf
    ),
    "layers": ({"keras_internals"}, {"keras"}),
    "networks": (
        {"files", "json_files", "keras_internals", "layers"},
        {"keras", "numpy", "typeguard"},
    ),
    "checkpoints": (
        {"files", "json_files", "layers", "networks"},
        {"keras", "numpy"},
    ),
    "models": (
        {"checkpoints", "files", "json_files", "layers", "networks", "text"}
        # Within methods alone: they load TensorFlow.
        | {"data", "evaluation"},
        {"keras", "numpy"},
    ),
    "losses": (set(), {"keras"}),
    "optimization": (
        {"keras_internals", "layers"},
        {"keras", "tensorflow"},
    ),
    "training": (
        {"checkpoints", "files", "json_files", "keras_internals"},
        {"filelock", "keras", "numpy", "tensorflow"},
    ),
    "evaluation": ({"files", "text", "data"}, {"numpy", "scipy", "sklearn"}),
    "serving": (
        {"files", "text", "data", "layers", "networks", "models"},
        SERVING,
    ),
}
# Imported where they are needed, and only there.
LAZILY = {
    "text/fast_tokenizer.py": {"tokenizers"},
    "text/import_tokenizers.py": {"tokenizers"},
    "text/learn_vocabulary.py": {"tensorflow_text"},
    "layers/dropout.py": {"tensorflow"},
    "layers/matmul_transposed.py": {"tensorflow"},
    "networks/load_weights.py": {"h5py"},
    "networks/lora_file.py": {"h5py"},
    "checkpoints/hugging_face/read_weights.py": {"safetensors", "torch"},
    "checkpoints/hugging_face/save_to_hugging_face.py": {"safetensors"},
    "checkpoints/google_bert/save_to_google_bert.py": {"tensorflow"},
    "checkpoints/keras_hub/read_weights.py": {"h5py"},
    "checkpoints/keras_hub/save_to_keras_hub.py": {"h5py"},
    "checkpoints/save_to_model_garden.py": {"tensorflow"},
    "checkpoints/open_checkpoint.py": {"tensorflow"},
    "checkpoints/read_tf_hub.py": {"google", "tensorflow"},
    "checkpoints/whole_checkpoints.py": {"tensorflow"},
    "serving/export_onnx.py": {"onnx", "onnxruntime"},
    "serving/onnx_graph.py": {"onnx"},
}
FILES = sorted(PACKAGE.glob("*/**/*.py"))


def imports(path):
    """The modules that a file imports at its top, and those inside."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top, inside = set(), set()
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [
                f"{node.module}.{alias.name}"
                if node.module == "nlp_modeling"
                else node.module
                for alias in node.names
            ]
        (top if node in tree.body else inside).update(names)
    return top, inside


def outside(names):
    names = {name.split(".")[0] for name in names} - {"nlp_modeling"}
    return names - set(sys.stdlib_module_names)


def test_every_folder_has_a_rule():
    folders = {
        path.name
        for path in PACKAGE.iterdir()
        if (path / "__init__.py").exists()
    }
    assert folders == set(MAY_IMPORT)


@pytest.mark.parametrize(
    "path", FILES, ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_a_file_imports_what_its_folder_may(path):
    folder = path.relative_to(PACKAGE).parts[0]
    inner, outer = MAY_IMPORT[folder]
    top, inside = imports(path)
    own = {
        name.split(".")[1]
        for name in top | inside
        if name.startswith("nlp_modeling.")
    }
    assert own <= inner | {folder}
    assert outside(top) <= outer
    lazily = LAZILY.get(path.relative_to(PACKAGE).as_posix(), set())
    assert outside(inside) <= outer | lazily


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_assert_stands_in_the_package(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.Assert)]


def test_no_file_has_a_vague_name():
    vague = {"utils", "util", "helpers", "common", "misc", "lib", "manager"}
    assert not [path for path in FILES if path.stem in vague]


def printed(code, backend, home):
    """What some code prints last in a fresh interpreter."""
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={"KERAS_BACKEND": backend, "PATH": "", "HOME": str(home)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.splitlines()[-1]


def test_a_fresh_process_loads_what_another_saved(tmp_path):
    """After an import of the package, which names nothing in it."""
    keras.utils.set_random_seed(1)
    model = models.BertClassifier(cases.encoder(), 2)
    model.compile(
        optimizer(), losses.weighted_sparse_categorical_crossentropy_loss
    )
    path = tmp_path / "model.keras"
    model.save(path)
    code = (
        "import nlp_modeling, keras; "
        f"model = keras.saving.load_model({str(path)!r}); "
        "print(type(model).__name__, type(model.optimizer).__name__, "
        "model.loss.__name__)"
    )
    assert printed(code, keras.backend.backend(), tmp_path) == (
        f"BertClassifier {type(model.optimizer).__name__} "
        "weighted_sparse_categorical_crossentropy_loss"
    )


def optimizer():
    if keras.backend.backend() != "tensorflow":
        return keras.optimizers.AdamW()
    schedule = optimization.StableDecay(1e-3, 10, 2)
    return optimization.LAMB(optimization.LinearWarmup(schedule, 3))


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_the_package_loads_no_tensorflow_under_other_backends(
    backend, tmp_path
):
    pytest.importorskip(backend)
    code = (
        "import nlp_modeling, nlp_modeling.checkpoints, json, sys; "
        "print(json.dumps(list(sys.modules)))"
    )
    modules = set(json.loads(printed(code, backend, tmp_path)))
    assert "nlp_modeling.networks.transformer_encoder" in modules
    assert not modules & {"tensorflow", "tensorflow_text"}


def test_the_package_loads_text_and_data_when_they_are_named(tmp_path):
    code = (
        "import nlp_modeling, sys; "
        "print([name in sys.modules for name in "
        "('nlp_modeling.models', 'nlp_modeling.data', 'tensorflow_text')])"
    )
    assert printed(code, keras.backend.backend(), tmp_path) == (
        "[True, False, False]"
    )
