"""The boarding school and the well-mixed place."""

import numpy as np
import pytest

from populace.engine.populations.boarding_school import BoardingSchool
from populace.engine.populations.well_mixed import WellMixed


def quietly(sentence: str, share: float) -> None:
    pass


def test_763_boys_of_10_to_18_sleep_in_dormitories_of_up_to_twelve():
    school = BoardingSchool().build(quietly)
    beds = np.bincount(school.dwelling)
    assert school.agent_count == 763
    assert (school.age.min(), school.age.max()) == (10, 18)
    assert (beds.min(), beds.max()) == (11, 12)
    assert np.all(school.memberships["school"] == 0)


def test_no_two_boys_share_a_bed():
    school = BoardingSchool().build(quietly)
    assert len({*zip(school.x.tolist(), school.y.tolist(), strict=True)}) == 763


def test_the_boarding_school_says_that_its_map_is_made_up():
    places = BoardingSchool().build(quietly).places
    assert places.boundaries is None
    assert any("made up" in note for note in places.notes)


@pytest.mark.parametrize("people", [0, 1, 2, 10, 1_000])
def test_everybody_in_the_well_mixed_place_lives_alone(people):
    town = WellMixed(people=people).build(quietly)
    assert town.agent_count == people
    assert town.dwelling.tolist() == list(range(people))
    assert len({*zip(town.x.tolist(), town.y.tolist(), strict=True)}) == people
    assert town.region_count == 1
