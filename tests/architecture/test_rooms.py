"""Rooms within a folder import only the rooms before them."""

import ast
import importlib
import pathlib
import re

import pytest

from tests import nursery
from tests.architecture.test_imports import imports, outside

ROOT = pathlib.Path(__file__).parent.parent.parent
DATA = ROOT / "nlp_modeling" / "data"
TRAINING = ROOT / "nlp_modeling" / "training"
RUNS = ROOT / "official_runs"
# The other rooms that a room may import.
DATA_ROOMS = {
    "files": set(),
    "records": set(),
    "built_in": set(),
    "batches": {"files", "records"},
    "pretraining": {"files", "records"},
    "classification": {"files", "records", "built_in"},
    "question_answering": {"files", "records"},
    "tagging": {"files", "records"},
}
RUNS_ROOMS = {
    "artefacts": set(),
    "program": set(),
    "report": set(),
    "pretraining": {"program"},
    "finetuning": {"artefacts", "program"},
}
SOURCES = [*ROOT.glob("nlp_modeling/**/*.py"), *RUNS.glob("**/*.py")]


def rooms_imported(path, folder):
    """The rooms of a folder that a file imports."""
    top, inside = imports(path)
    names = {n for n in top | inside if n.startswith(f"{folder}.")}
    return {name.split(".")[folder.count(".") + 1] for name in names}


def rooms(folder):
    return {p.name for p in folder.iterdir() if list(p.glob("*.py"))}


def test_every_room_has_a_rule():
    assert rooms(DATA) == set(DATA_ROOMS)
    assert rooms(RUNS) == set(RUNS_ROOMS)
    assert rooms(TRAINING) == {"run", "on_tensorflow"}


def test_a_folder_with_rooms_holds_no_other_file():
    assert [p.name for p in DATA.glob("*.py")] == ["__init__.py"]


@pytest.mark.parametrize("room", DATA_ROOMS)
def test_a_room_of_data_imports_what_it_may(room):
    for path in (DATA / room).glob("*.py"):
        found = rooms_imported(path, "nlp_modeling.data") - {room}
        assert found <= DATA_ROOMS[room], path


@pytest.mark.parametrize("room", RUNS_ROOMS)
def test_a_room_of_official_runs_imports_no_program(room):
    for path in (RUNS / room).glob("*.py"):
        found = rooms_imported(path, "official_runs") - {room}
        assert found <= RUNS_ROOMS[room], path


def test_what_knows_no_framework_imports_none():
    for path in (TRAINING / "run").glob("*.py"):
        top, inside = imports(path)
        assert outside(top | inside) <= {"filelock", "numpy"}, path
        assert rooms_imported(path, "nlp_modeling.training") <= {"run"}, path


def test_what_applies_artefacts_needs_no_framework():
    lazily = {"ai_edge_litert", "onnxruntime", "tokenizers"}
    for path in (RUNS / "artefacts").glob("*.py"):
        top, inside = imports(path)
        assert outside(top) <= {"numpy", "official_runs"}, path
        # TensorFlow has LiteRT too.
        more = {"tensorflow"} if path.stem == "load_litert" else set()
        assert outside(inside - top) <= lazily | more, path


def test_programs_stand_alone():
    programs = {path.stem for path in RUNS.glob("*.py")} - {"__init__"}
    for path in SOURCES:
        assert not rooms_imported(path, "official_runs") & programs, path


def test_settings_are_read_in_one_place_and_never_asked_for():
    """Objects are handed in: no code looks into gin's configuration."""
    for path in SOURCES:
        names = {
            node.attr
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Attribute)
        }
        assert not names & {"query_parameter", "get_configurable"}, path
        if path != RUNS / "program" / "settings.py":
            read = {name for name in names if name.startswith("parse_config")}
            assert not read, path


def test_no_two_configurables_share_a_name():
    found = [
        name
        for path in SOURCES
        for name in re.findall(
            r"@(?:gin\.)?configurable\n(?:@.*\n)?(?:def|class) (\w+)",
            path.read_text(),
        )
    ]
    assert len(found) > 5
    assert len(set(found)) == len(found)


def import_together():
    """Imports and sets all programs that train."""
    import gin

    names = ("run_classifier", "run_pretraining", "run_squad", "run_tagging")
    for name in names:
        importlib.import_module(f"official_runs.{name}")
    for name in ("pretraining.pretrain", "finetuning.run_task"):
        importlib.import_module(f"official_runs.{name}")
    gin.parse_config(["pretrain.seed = 1", "finetune.seed = 2"])


def test_all_programs_that_train_are_imported_into_one_process():
    nursery.call(import_together)
