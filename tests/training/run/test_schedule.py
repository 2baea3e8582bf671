"""Schedule says when a loop ends and what is due."""

import pytest

from nlp_modeling import training

SCHEDULE = training.Schedule(20, 6, 5, 8)


def test_loops_end_where_something_is_due():
    ends, step = [], 0
    while step < 20:
        step = SCHEDULE.end_of_loop(step)
        ends.append(step)
    assert ends == [5, 6, 8, 10, 12, 15, 16, 18, 20]


@pytest.mark.parametrize("step", range(20))
def test_loops_end_there_wherever_they_begin(step):
    ends = [5, 6, 8, 10, 12, 15, 16, 18, 20]
    expected = min(end for end in ends if end > step)
    assert SCHEDULE.end_of_loop(step) == expected


def test_all_is_due_at_the_end():
    assert SCHEDULE.is_due(None, 20)
    assert SCHEDULE.is_due(8, 16)
    assert not SCHEDULE.is_due(8, 18)
    assert not SCHEDULE.is_due(None, 8)


@pytest.mark.parametrize(
    "name",
    (
        "num_train_steps",
        "steps_per_loop",
        "checkpoint_interval",
        "evaluation_interval",
    ),
)
def test_what_is_not_positive_is_refused(name):
    values = {"num_train_steps": 10} | {name: 0}
    with pytest.raises(ValueError, match=f"{name}=0"):
        training.Schedule(**values)
