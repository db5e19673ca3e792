"""What is held plausible of a number is checked as it is typed, and nothing typed is lost."""

import pytest

from populace.engine.project import Project
from populace.studio.fit.choice import KINDS, Choice
from populace.studio.fit.setup import Setup


def choice(path: str, project: str = "school_flu") -> tuple[Project, Choice]:
    setup = Setup(Project.load(project))
    return setup.project, setup.choice(path)


def test_the_usual_range_is_half_to_twice_the_present_value():
    _, one = choice("networks.well_mixed.intensity")
    assert one.typed == {"uniform": {"low": "0.5", "high": "2"}}
    assert not one.on


def test_what_was_typed_stays_and_what_is_wrong_with_it_is_one_sentence():
    project, one = choice("disease.transmission")
    one.type(project, "high", "9")
    assert one.wrong == "To: must be at most 5, as disease.transmission itself, not 9."
    assert one.as_state()["numbers"]["high"] == "9"
    one.type(project, "high", "much")
    assert one.wrong == "To: must be a number, not 'much'."
    one.type(project, "high", "4.5")
    assert one.wrong == ""
    assert one.quantity is not None
    assert one.quantity.prior.high == 4.5


def test_shares_may_be_typed_in_per_cent():
    project, one = choice("behaviours.isolate_when_ill.reduction", "town_flu")
    one.on = True
    one.type(project, "low", "60 %")
    one.type(project, "high", "0.9")
    assert one.quantity is not None
    assert (one.quantity.prior.low, one.quantity.prior.high) == (0.6, 0.9)
    assert one.as_state()["ends"] == ["60 %", "90 %"]


@pytest.mark.parametrize("kind", KINDS)
def test_another_kind_begins_with_much_the_same_middle(kind):
    project, one = choice("disease.infectious_period")
    assert one.quantity is not None
    middle = one.quantity.prior.value(0)
    one.choose(project, kind)
    assert one.wrong == ""
    assert one.quantity.prior.kind == kind
    assert one.quantity.prior.value(0) == pytest.approx(middle, rel=0.05)


def test_a_kind_that_was_left_is_found_again_as_it_was():
    project, one = choice("disease.infectious_period")
    one.type(project, "low", "1.75")
    one.choose(project, "normal")
    one.choose(project, "uniform")
    assert one.as_state()["numbers"]["low"] == "1.75"


def test_a_factor_is_read_as_the_spread_of_the_logarithm():
    project, one = choice("disease.transmission")
    one.choose(project, "log_normal")
    one.type(project, "spread", "2")
    assert one.quantity is not None
    assert one.quantity.prior.width == pytest.approx(0.6931, abs=1e-4)
    one.type(project, "spread", "0.5")
    assert one.wrong == "Within a factor of: must be above 1, such as 1.5, not 0.5."


def test_only_a_number_that_may_vary_has_a_curve():
    project, one = choice("networks.well_mixed.intensity")
    assert one.as_state()["curve"] == ""
    one.on = True
    assert one.as_state()["curve"].startswith("M")
    one.type(project, "low", "3")
    assert one.as_state()["curve"] == ""
