"""RunFolder: one writer at a time, and a log that a restart continues."""

import json
import signal

import pytest

from nlp_modeling import training
from tests import nursery


def _lines(path):
    return [json.loads(x) for x in (path / "metrics.jsonl").open()]


def _logged(path, steps, part="train"):
    with training.RunFolder(str(path)) as folder:
        folder.continue_from(0)
        for step in steps:
            folder.log(step, part, {"loss": step / 2})


def _open(path):
    with training.RunFolder(str(path)):
        pass


def test_a_second_run_is_refused(tmp_path):
    with training.RunFolder(str(tmp_path)):
        with pytest.raises(ValueError, match=f"Another run .*{tmp_path}"):
            _open(tmp_path)
    _open(tmp_path)


def _hold(path, connection):
    with training.RunFolder(str(path)):
        connection.send("held")
        connection.recv()


def test_a_killed_process_holds_nothing(tmp_path):
    process, connection = nursery.start_connected(_hold, tmp_path)
    assert connection.recv() == "held"
    with pytest.raises(ValueError, match="Another run"):
        _open(tmp_path)
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    _open(tmp_path)


def test_other_workers_need_no_lock(tmp_path):
    with training.RunFolder(str(tmp_path)):
        with training.RunFolder(str(tmp_path), writes=False) as other:
            other.log(1, "train", {})
    assert not (tmp_path / "metrics.jsonl").exists()


def test_nothing_is_left_of_a_run_that_was_refused(tmp_path):
    with pytest.raises(ValueError):
        with training.RunFolder(str(tmp_path / "run")):
            raise ValueError
    assert not (tmp_path / "run").exists()
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "file").touch()
    _open(tmp_path / "old")
    assert [x.name for x in (tmp_path / "old").iterdir()] == ["file"]


def test_a_folder_that_cannot_be_written_is_refused():
    # Not even a superuser makes files here.
    with pytest.raises(OSError, match="/proc/sys"):
        _open("/proc/sys")


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        _open(tmp_path / "file" / "run")


def test_numbers_are_logged_a_line_each(tmp_path):
    _logged(tmp_path, [5, 10])
    assert _lines(tmp_path) == [
        {"step": 5, "part": "train", "loss": 2.5},
        {"step": 10, "part": "train", "loss": 5.0},
    ]


def test_what_json_has_no_number_for_is_null(tmp_path):
    folder = training.RunFolder(str(tmp_path))
    folder.continue_from(0)
    folder.log(5, "train", {"gradient_norm": float("inf"), "loss": 1.0})
    line = (tmp_path / "metrics.jsonl").read_text()
    assert line.endswith('"gradient_norm": null, "loss": 1.0}\n')


def test_what_was_logged_after_the_checkpoint_is_dropped(tmp_path):
    _logged(tmp_path, [5, 10, 15])
    folder = training.RunFolder(str(tmp_path))
    folder.continue_from(10)
    assert folder.has(10, "train")
    assert not folder.has(15, "train")
    assert not folder.has(10, "evaluation")
    folder.log(15, "train", {"loss": 1.0})
    assert [line["step"] for line in _lines(tmp_path)] == [5, 10, 15]
    assert _lines(tmp_path)[-1]["loss"] == 1.0


@pytest.mark.parametrize("end", ('{"step": 6, "pa', "{}\n", "\x00\x00\n"))
def test_a_line_that_was_cut_off_is_dropped(tmp_path, end):
    _logged(tmp_path, [5])
    with (tmp_path / "metrics.jsonl").open("a") as file:
        file.write(end)
    training.RunFolder(str(tmp_path)).continue_from(100)
    assert [line["step"] for line in _lines(tmp_path)] == [5]


def test_foreign_lines_are_dropped_and_told(tmp_path, caplog):
    _logged(tmp_path, [5])
    path = tmp_path / "metrics.jsonl"
    path.write_text(f"[]\n{path.read_text()}")
    training.RunFolder(str(tmp_path)).continue_from(5)
    assert [line["step"] for line in _lines(tmp_path)] == [5]
    assert f"{path}: lines that are no numbers" in caplog.text


def test_what_was_not_reported_comes_back_at_its_step(tmp_path):
    folder = training.RunFolder(str(tmp_path))
    assert folder.unreported(7) == {}
    for step in (7, 9, 12):
        folder.keep_unreported(step, {"loss": [step / 3]})
    again = training.RunFolder(str(tmp_path))
    assert again.unreported(12) == {"loss": [4.0]}
    # The checkpoint of step 12 may not be written when the run is killed.
    assert again.unreported(9) == {"loss": [3.0]}
    assert again.unreported(7) == again.unreported(8) == {}


def test_a_whole_line_without_its_end_is_kept_apart(tmp_path):
    _logged(tmp_path, [5])
    path = tmp_path / "metrics.jsonl"
    path.write_text(path.read_text().rstrip("\n"))
    folder = training.RunFolder(str(tmp_path))
    folder.continue_from(5)
    folder.log(10, "train", {"loss": 1.0})
    assert [line["step"] for line in _lines(tmp_path)] == [5, 10]
