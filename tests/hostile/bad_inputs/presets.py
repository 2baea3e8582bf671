"""Lists damaged presets, checkpoints and exported models."""

import json

from tests.hostile.bad_inputs.bad_input import FOLDER, BadInput

_POINTER = (
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a2146"
    "1a4f5b6c7d8e9f00112233445566778899aabbccddeeff001122334455\n"
    "size 440473133\n"
)
_CONTENTS = {
    "empty": "",
    "text": "babe\n",
    "a pointer of git-lfs": _POINTER,
    "truncated": lambda content: content[: len(content) // 2],
    "a folder": FOLDER,
}
_JSON = {
    "a list": "[]",
    "null": "null",
    "no key": "{}",
    "text": '"x"',
    "deep": "[" * 200_000,
    "bytes": b"\xff\xfe\x00\x01",
}


def _changed(**changes):
    def change(content):
        root = json.loads(content)
        root.update(changes)
        return json.dumps(root).encode()

    return change


def _argument(**changes):
    """Changes arguments of the class of a preset."""

    def change(content):
        root = json.loads(content)
        holder = root.get("config", root)
        holder.update(changes)
        return json.dumps(root).encode()

    return change


_CONFIG = {
    **_JSON,
    "another class": _changed(**{"class": "os.system"}),
    "a class of a number": _changed(**{"class": 5}),
    "no class": lambda c: json.dumps(
        {k: v for k, v in json.loads(c).items() if k != "class"}
    ).encode(),
    "an unknown argument": _argument(nothing=1),
    "text for a size": _argument(hidden_size="x"),
    "null for a size": _argument(hidden_size=None),
    "a negative size": _argument(hidden_size=-1),
    "infinite layers": _argument(num_layers=10**9),
    "another size": _argument(hidden_size=8),
    "more layers": _argument(num_layers=2),
}
_TASK = {
    **_JSON,
    "an unknown kind": _changed(kind="nothing"),
    "a kind of a number": _changed(kind=5),
    "labels of null": _changed(labels=None),
    "too many labels": _changed(labels=["a", "b", "c"]),
    "no scores": _changed(scores=None),
    "text for a length": _changed(sequence_length="x"),
    "a negative length": _changed(sequence_length=-1),
}


def _damages(file):
    if file.endswith("task.json"):
        return {**_CONTENTS, **_TASK}
    if file.endswith("config.json"):
        return {**_CONTENTS, **_CONFIG}
    if file.endswith(".json"):
        # A key that is missing has a default.
        damages = {**_CONTENTS, **_JSON}
        del damages["no key"]  # A key that is missing has a default.
        return damages
    return _CONTENTS


# What the error must hold, if not the file's name.
_WORDS = {
    "no key": "BAD/folder",  # A folder of Hugging Face, without weights.
    "no class": "BAD/folder",
    "too many labels": "labels",
    "an unknown kind": "nothing",
}
# A folder's files, and the programs that read it, by the flag that names it.
_READERS = (
    ("run_classifier", "init_checkpoint", "run/encoder", {}),
    (
        "export_model",
        "init_checkpoint",
        "run/encoder",
        {"model_dir": None, "max_seq_length": 64},
    ),
    ("export_model", "model_dir", "classifier", {}),
    ("run_classifier", "model_dir", "classifier", {"mode": "eval"}),
    ("fill_mask", "model_dir", "run", {}),
)
_FILES = {
    "run/encoder": (
        "config.json",
        "model.weights.h5",
        "vocab.txt",
        "tokenizer.json",
    ),
    "classifier": (
        "model/config.json",
        "model/model.weights.h5",
        "model/vocab.txt",
        "model/task.json",
    ),
    "run": ("encoder/config.json", "checkpoints/step-4.index"),
}
# What describes a checkpoint of google-research.
_GOOGLE = ("bert_config.json", "albert_config.json", "electra_config.json")


def _rows():
    for program, flag, source, flags in _READERS:
        flags = {**flags, flag: "BAD/folder"}
        if flag == "init_checkpoint" and program == "run_classifier":
            flags["vocab_file"] = None
        for file in _FILES[source]:
            for what, content in _damages(file).items():
                path = f"folder/{file}"
                name = file.rpartition("/")[2].removesuffix(".index")
                yield BadInput(
                    program,
                    f"{flag}, {file}: {what}",
                    (_WORDS.get(what, name),),
                    flags,
                    {path: content},
                    {"folder": source},
                )
    for what, content in _CONTENTS.items():
        for file in ("saved_model.pb", "variables/variables.index"):
            yield BadInput(
                "predict",
                f"model_export_path, {file}: {what}",
                ("BAD/folder",),
                {"model_export_path": "BAD/folder"},
                {f"folder/{file}": content},
                {"folder": "export"},
            )
    for source in _sources():
        yield _source(*source)


def _sources():
    """Lists sources of convert_checkpoint: files, copies, and a word each."""
    for name in _GOOGLE:
        for what, content in {**_CONTENTS, **_JSON}.items():
            word = "one checkpoint" if what == "no key" else name
            yield f"{name}: {what}", word, {name: content}, {}
        for what, content in _CONTENTS.items():
            files = {name: "{}", "model.ckpt.index": content}
            yield f"index beside {name}: {what}", "model.ckpt", files, {}
    # google-research/electra writes no configuration.
    index = {"model.ckpt.index": ""}
    yield "no configuration", "electra_config.json", index, {}
    copies = {"folder": "export"}
    yield "an exported model", "export_model", {}, copies
    for what, content in _CONTENTS.items():
        files = {"variables/variables.index": content}
        yield f"a SavedModel, index: {what}", "damaged", files, copies
    files = {"saved_model.pb": ""}
    yield "a SavedModel without variables", "missing", files, {}


def _source(what, word, files, copies):
    return BadInput(
        "convert_checkpoint",
        f"source, {what}",
        ("BAD/folder", word),
        {"source": "BAD/folder"},
        {f"folder/{name}": content for name, content in files.items()},
        copies,
    )


PRESETS = list(_rows())
