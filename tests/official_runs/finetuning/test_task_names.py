"""Every row of the tables has a gin file that its program takes."""

import subprocess
import sys

import gin
import pytest

from nlp_modeling import data, training
from official_runs.finetuning import run_task, task_rows, tasks  # noqa: F401
from official_runs.finetuning.task_names import task_names
from official_runs.program import distribution_flags, settings
from tests.official_runs.program.parse_flags import parse_flags


@pytest.fixture(autouse=True)
def clean():
    parse_flags()
    yield
    gin.clear_config()


def rows(kind, setting):
    """The row that each gin file of a kind names, by the file's name."""
    found = {}
    for name in task_names(kind):
        settings.read_settings(f"runs/{name}.gin", {})
        found[name] = gin.query_parameter(setting)
    return found


@pytest.mark.parametrize(
    "kind, setting, table",
    [
        ("classification", "Classification.task_name", data.TEXT_TASKS),
        ("tagging", "Tagging.task_name", data.TAGGING_TASKS),
    ],
)
def test_every_row_has_one_gin_file(kind, setting, table):
    found = rows(kind, setting)
    assert found.pop(kind) is None
    assert sorted(found.values()) == sorted(table)


@pytest.mark.parametrize("kind", ["classification", "squad", "tagging"])
def test_every_gin_file_parses_and_says_where_to_train(kind):
    for name in task_names(kind):
        settings.read_settings(f"runs/{name}.gin", {})
        assert gin.query_parameter("finetune.num_train_epochs") > 0
        assert 0 < gin.query_parameter("%LEARNING_RATE") < 0.01


def test_a_file_of_another_program_is_not_listed():
    assert task_names("squad") == ["squad", "library_docs_qa", "squad_v2"]
    assert "wnut17" not in task_names("classification")
    assert "mnli_mismatched" in task_names("classification")


def test_the_names_need_no_tensorflow():
    code = (
        "import sys; from official_runs.finetuning.task_names import "
        "task_names; assert task_names('tagging'); "
        "assert 'tensorflow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_flags_name_the_rows_of_the_tables():
    assert list(task_rows.TEXT_TASKS) == list(data.TEXT_TASKS)
    assert list(task_rows.TAGGING_TASKS) == list(data.TAGGING_TASKS)


def test_flags_name_the_strategies():
    found = distribution_flags.STRATEGY._flagvalues["distribution_strategy"]
    assert tuple(found.parser.enum_values) == training.STRATEGIES
