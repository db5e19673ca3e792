"""Ranges: half to twice a number within what is declared, or what is given."""

import pytest

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.sensitivity.ranges import Range, range_of, usual_ranges


@pytest.fixture(scope="module")
def town():
    return Project.load("town_flu")


@pytest.mark.parametrize(
    ("path", "low", "high"),
    [
        ("disease.transmission", 0.014, 0.056),
        ("networks.school.intensity", 0.5, 2.0),
        ("policies.masks.coverage", 0.0, 1.0),  # a share at 0: all
        ("behaviours.isolate_when_ill.reduction", 0.375, 1.0),  # no share is above 1
    ],
)
def test_a_range_is_half_to_twice_within_what_is_declared(town, path, low, high):
    found = range_of(town, path)
    assert (found.low, found.high) == pytest.approx((low, high))


def test_all_live_numbers_have_a_range_but_those_at_nothing(town):
    paths = [one.path for one in usual_ranges(town)]
    assert "disease.transmission" in paths
    assert "policies.masks.coverage" in paths
    assert "disease.imports_per_week" not in paths  # 0, with no double
    assert "disease.latent_period" not in paths  # not live


def test_given_ranges_take_the_place_of_the_usual_ones(town):
    given = Range("disease.transmission", 0.02, 0.03)
    chosen = usual_ranges(town, ["networks.school.intensity"], [given])
    assert [one.path for one in chosen] == ["networks.school.intensity", "disease.transmission"]
    assert given in chosen
    everything = usual_ranges(town, given=[given])
    assert given in everything
    assert len(everything) == len(usual_ranges(town))


def test_a_range_is_read():
    assert Range.read(" a.b = 1 : 2.5 ") == Range("a.b", 1.0, 2.5)


@pytest.mark.parametrize("text", ["a.b", "a.b=1", "=1:2", "a.b=x:2", "a.b=1:2:3"])
def test_a_range_that_cannot_be_read_is_refused(text):
    with pytest.raises(ProjectError, match="must be PATH=FROM:TO"):
        Range.read(text)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (Range("disease.transmision", 0, 1), 'Did you mean "disease.transmission"'),
        (Range("disease.transmission", 0.2, 0.1), "from a smaller to a larger number"),
        (Range("disease.transmission", 0.2, 6), "within 0 to 5, not from 0.2 to 6"),
        (Range("disease.transmission", float("nan"), 1), "from a smaller to a larger"),
    ],
)
def test_a_range_that_cannot_be_is_refused(town, given, message):
    with pytest.raises(ProjectError, match=message):
        usual_ranges(town, given=[given])


def test_a_number_at_nothing_asks_for_its_range(town):
    with pytest.raises(ProjectError, match=r"disease.imports_per_week: is 0.*give its range"):
        usual_ranges(town, ["disease.imports_per_week"])
    with pytest.raises(ProjectError, match="is no quantity of the project"):
        usual_ranges(town, ["days"])
