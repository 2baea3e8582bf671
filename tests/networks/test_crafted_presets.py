"""A preset runs no code and reads no other file, whoever wrote it."""

import base64
import json
import marshal
import pickle

import h5py
import numpy as np
import pytest

from nlp_modeling import networks

WEIGHT = "layers/on_device_embedding/vars/0"


class Pickled:
    """Writes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return exec, (f"open({self.path!r}, 'w')",)


def code(marker):
    """A marshalled function that writes a file, as Keras keeps lambdas."""
    function = eval(f"lambda *args, **kwargs: open({marker!r}, 'w')")
    return {
        "class_name": "__lambda__",
        "config": {
            "code": base64.b64encode(marshal.dumps(function.__code__)).decode(),
            "defaults": None,
            "closure": None,
        },
    }


def thing(module, name, config=None, registered=None):
    return {
        "module": module,
        "class_name": name,
        "config": {} if config is None else config,
        "registered_name": registered,
    }


def function(module, name, registered="function"):
    return thing(module, "function", name, registered)


def in_config(key, value):
    """Puts a value, or what a function makes of the marker, into the config."""

    def craft(folder, marker):
        preset = json.loads((folder / "config.json").read_text())
        made = value(marker) if callable(value) else value
        preset["config"][key] = made
        (folder / "config.json").write_text(json.dumps(preset))

    return craft


def of_class(name, config=None):
    def craft(folder, marker):
        preset = json.loads((folder / "config.json").read_text())
        preset |= {"class": name} | ({"config": config} if config else {})
        (folder / "config.json").write_text(json.dumps(preset))

    return craft


def in_weights(change):
    def craft(folder, marker):
        with h5py.File(folder / "model.weights.h5", "a") as file:
            shape = file[WEIGHT].shape
            del file[WEIGHT]
            change(file, shape, folder.parent / "secret.h5")

    return craft


def pickled(name):
    def craft(folder, marker):
        (folder / name).write_bytes(pickle.dumps(Pickled(marker)))

    return craft


def scaffold(**config):
    return of_class(
        "nlp_modeling>EncoderScaffold",
        {"pooled_output_dim": 8, "embedding_cls": None, **config},
    )


def lambda_layer(marker):
    return thing("keras.layers", "Lambda", {"function": code(marker)})


def disguised(marker):
    block = "nlp_modeling>TransformerEncoderBlock"
    return lambda_layer(marker) | {"registered_name": block}


def network_compiled(marker):
    loss = {"optimizer": "adam", "loss": code(marker)}
    return thing("keras", "Sequential") | {"compile_config": loss}


TFSM = {"filepath": "saved_model"}
ATTEMPTS = {
    "lambda as activation": in_config("activation", code),
    "lambda layer as activation": in_config("activation", lambda_layer),
    "lambda layer as block": in_config("block", lambda_layer),
    "lambda layer under a known name": in_config("block", disguised),
    "lambda deep in a layer": in_config(
        "final_norm",
        lambda m: thing("keras", "Sequential", {"layers": [code(m)]}),
    ),
    "compiled with a lambda": in_config("final_norm", network_compiled),
    "lambda as initializer": in_config("initializer", code),
    "os.system": in_config("activation", function("os", "system")),
    "os.system by a string": in_config("activation", "os.system"),
    "os.system as a class": in_config("block", thing("os", "system")),
    "os.system registered": in_config(
        "block", thing("os", "system", registered="os>system")
    ),
    "builtins.eval": in_config("activation", function("builtins", "eval")),
    "builtins.exec": in_config(
        "initializer", function("builtins", "exec", "builtins>exec")
    ),
    "builtins.open as a class": in_config("block", thing("builtins", "open")),
    "subprocess.Popen": in_config(
        "block", thing("subprocess", "Popen", {"args": "touch marker"})
    ),
    "pickle.loads": in_config("activation", function("pickle", "loads")),
    "a module that acts when imported": in_config(
        "block", thing("acts_when_imported", "Layer")
    ),
    "a module of a name that Keras trusts": in_config(
        "block", thing("keras_hub.acts", "Layer")
    ),
    "keras.utils.get_file": in_config(
        "initializer", function("keras.utils", "get_file")
    ),
    "keras.models.load_model": in_config(
        "initializer", function("keras.models", "load_model")
    ),
    "a layer that loads a SavedModel": in_config(
        "block", thing("keras.layers", "TFSMLayer", TFSM)
    ),
    "such a layer as the class of layers": scaffold(
        embedding_cls=function("keras.layers", "TFSMLayer"), embedding_cfg=TFSM
    ),
    "a pickled module of PyTorch": in_config(
        "block",
        lambda marker: thing(
            "keras.layers",
            "TorchModuleWrapper",
            {
                "module": base64.b64encode(
                    pickle.dumps(Pickled(marker))
                ).decode()
            },
        ),
    ),
    "a layer of JAX": in_config("block", thing("keras.layers", "JaxLayer")),
    "a class that is not registered": in_config(
        "block", {"registered_class": "builtins>exec"}
    ),
    "a class of a list": in_config("block", {"registered_class": ["eval"]}),
    "a tensor's type": in_config(
        "block",
        {"class_name": "__typespec__", "config": [], "spec_name": "os.system"},
    ),
    "arguments with underscores": in_config("__class__", "os.system"),
    "reduce": in_config("__reduce__", ["os.system", ["touch marker"]]),
    "YAML": in_config("activation", "!!python/object/apply:os.system [ls]"),
    "a name with a path": in_config("name", "../../marker"),
    "a preset of eval": of_class("builtins>eval"),
    "a preset of os.system": of_class("os.system", {"command": "touch marker"}),
    "a preset of a path": of_class("../../marker"),
    "a preset of a tokenizer": of_class(
        "nlp_modeling>BertTokenizer", {"vocabulary": "../secret.h5"}
    ),
    "a pickled config": pickled("config.json"),
    "pickled weights": pickled("model.weights.h5"),
    "a link to another file": in_weights(
        lambda file, shape, secret: file.__setitem__(
            WEIGHT, h5py.ExternalLink(str(secret), "secret")
        )
    ),
    "a soft link": in_weights(
        lambda file, shape, secret: file.__setitem__(
            WEIGHT, h5py.SoftLink("/layers/dense/vars/0")
        )
    ),
    "numbers in another file": in_weights(
        lambda file, shape, secret: file.create_dataset(
            WEIGHT, shape, "f4", external=[(str(secret), 0, 10**6)]
        )
    ),
    "a view of another file": in_weights(
        lambda file, shape, secret: file.create_virtual_dataset(
            WEIGHT, view(shape, secret)
        )
    ),
    "pickled numbers": in_weights(
        lambda file, shape, secret: file.create_dataset(
            WEIGHT, shape, h5py.string_dtype()
        )
    ),
}


def view(shape, secret):
    layout = h5py.VirtualLayout(shape, "f4")
    layout[:] = h5py.VirtualSource(str(secret), "secret", shape)
    return layout


def encoder():
    return networks.TransformerEncoder(
        20, 8, 1, 2, None, max_sequence_length=8, intermediate_size=8
    )


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A preset, and beside it what an attempt would like to load."""
    encoder().save_to_preset(tmp_path / "preset")
    acts = f"open({str(tmp_path / 'marker')!r}, 'w')\nclass Layer: pass\n"
    (tmp_path / "acts_when_imported.py").write_text(acts)
    (tmp_path / "keras_hub").mkdir()
    for name in ("__init__", "acts"):
        (tmp_path / "keras_hub" / f"{name}.py").write_text(acts)
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["secret"] = np.full([20, 8], 7, "f4")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "preset"


@pytest.mark.parametrize("craft", ATTEMPTS.values(), ids=list(ATTEMPTS))
def test_a_crafted_preset_is_ignored_or_refused(craft, folder):
    marker = folder.parent / "marker"
    craft(folder, str(marker))
    try:
        model = networks.Encoder.from_preset(folder)
    except ValueError as error:
        assert str(folder) in str(error)
    else:
        # Nothing of it came into the model.
        assert not any(np.any(value == 7) for value in model.get_weights())
        assert model.get_config().keys() == encoder().get_config().keys()
    assert not marker.exists()
    assert not (folder / "marker").exists()
