"""The number of steps follows the clock."""

from nlp_modeling.training.run.pace import Pace


def test_the_first_step_is_alone_and_tells_nothing():
    pace = Pace(seconds=5)
    assert pace.steps(100) == 1 and not pace.is_slow


def test_steps_take_about_the_time_that_they_may():
    pace = Pace(seconds=5)
    pace.took(1, 60)  # With the compilation.
    assert pace.steps(100) == 1
    pace.took(1, 0.5)
    assert pace.steps(100) == 10
    assert pace.steps(3) == 3
    pace.took(10, 20)
    assert pace.steps(100) == 2 and not pace.is_slow


def test_a_step_that_takes_longer_is_slow():
    pace = Pace(seconds=5)
    pace.took(1, 5.1)
    assert pace.steps(100) == 1 and pace.is_slow
