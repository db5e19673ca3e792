"""Classes, teams, care homes and wards: who is put together with whom."""

from types import MappingProxyType

import numpy as np
import pytest

from populace.engine.networks._places import divided, divided_within


def members(groups):
    """Return the people of each group."""
    return [
        groups.members[low:high]
        for low, high in zip(groups.pointers[:-1], groups.pointers[1:], strict=True)
    ]


def with_places(towns, count=4_000, **columns):
    draw = np.random.default_rng(4)
    of = {
        name: np.where(draw.random(count) < 0.5, draw.integers(0, places, count), -1)
        for name, places in columns.items()
    }
    return towns(
        count,
        memberships=MappingProxyType({name: one.astype(np.int32) for name, one in of.items()}),
    )


def test_rows_are_divided_evenly_and_never_across_blocks():
    block = np.repeat([3, 5, 9], [10, 1, 25])
    group = divided(block, 8)
    assert group[:10].tolist() == [0] * 10, "10 are nearer to one group of 8 than to two"
    assert group[10] == 1
    assert np.bincount(group[11:])[2:].tolist() == [9, 8, 8]
    assert len(divided(block[:0], 8)) == 0


def test_a_class_is_of_one_school_and_one_age_and_about_the_size(towns, drawn):
    people = with_places(towns, school=3)
    school = people.memberships["school"]
    groups = drawn("school_class", people, class_size=6)
    for pupils in members(groups):
        assert len(set(school[pupils])) == 1
        assert len(set(people.age[pupils])) == 1
    assert (groups.group_of >= 0).tolist() == (school >= 0).tolist()
    sizes = np.diff(groups.pointers)
    assert sizes.mean() == pytest.approx(6, abs=0.5)
    one_year = np.bincount(groups.group_of[(school == 1) & (people.age == 30)])
    assert np.ptp(one_year[one_year > 0]) <= 1


def test_a_team_is_of_one_workplace_and_about_the_size(towns, drawn):
    people = with_places(towns, workplace=40)
    groups = drawn("work_team", people, team_size=8)
    for team in members(groups):
        assert len(set(people.memberships["workplace"][team])) == 1
    assert np.diff(groups.pointers).mean() == pytest.approx(8, abs=0.5)


@pytest.mark.parametrize(
    ("kind", "settings", "rate"),
    [
        ("school_class", {"contacts_a_day": 10.0, "class_share": 0.7}, 7.0),
        ("work_team", {"contacts_a_day": 8.0, "team_share": 0.25}, 2.0),
    ],
)
def test_the_declared_share_of_contacts_is_inside(towns, drawn, kind, settings, rate):
    people = with_places(towns, school=3, workplace=40)
    assert drawn(kind, people, **settings).rate_by_size.tolist() == [0.0, 0.0, pytest.approx(rate)]


def test_classmates_are_drawn_and_not_neighbours(towns, drawn):
    people = with_places(towns, school=1)
    pupils = np.flatnonzero((people.memberships["school"] == 0) & (people.age == 30))
    one, other = (
        drawn("school_class", people, class_size=4, drawing=number).group_of[pupils]
        for number in (0, 1)
    )
    assert (np.diff(one) < 0).any(), "the classes follow the order of dwellings"
    assert (one != other).any()


@pytest.mark.parametrize("kind", ["school_class", "work_team"])
def test_without_schools_or_workplaces_nobody_meets(towns, drawn, kind):
    assert (drawn(kind, towns(300)).group_of == -1).all()


def test_a_care_home_has_the_declared_shares_of_each_age(towns, drawn):
    people = towns(200_000)
    groups = drawn("care_home", people, residents_65=0.1, residents_80=0.3, staff=0.05, size=100)
    inside = groups.group_of >= 0
    for low, high, share in ((0, 19, 0), (20, 64, 0.05), (65, 79, 0.1), (80, 100, 0.3)):
        span = (people.age >= low) & (people.age <= high)
        assert inside[span].mean() == pytest.approx(share, abs=0.01 if share else 0)
    sizes = np.diff(groups.pointers)
    assert sizes.mean() == pytest.approx(100, rel=0.01)
    assert np.ptp(sizes) <= 1


def test_a_ward_has_patients_and_staff(towns, drawn):
    people = towns(200_000)
    settings = {"patients": 0.02, "patients_65": 0.1, "staff": 0.04, "ward_size": 50}
    inside = drawn("hospital", people, **settings).group_of >= 0
    for low, high, share in ((0, 19, 0.02), (20, 64, 0.02 + 0.04 * 0.98), (65, 100, 0.1)):
        span = (people.age >= low) & (people.age <= high)
        assert inside[span].mean() == pytest.approx(share, abs=0.006)


@pytest.mark.parametrize("kind", ["care_home", "hospital"])
def test_what_the_population_says_holds(towns, drawn, kind):
    people = with_places(towns, care_home=7, hospital=7)
    np.testing.assert_array_equal(drawn(kind, people).group_of, people.memberships[kind])


@pytest.mark.parametrize("kind", ["care_home", "hospital"])
def test_people_of_a_home_live_in_the_same_region_or_the_next(towns, drawn, kind):
    people = towns(100_000, regions=10)
    for one in members(drawn(kind, people)):
        assert np.ptp(people.region_index[one].astype(int)) <= 1


def test_schools_of_one_age_share_no_class():
    school = np.repeat([0, 1], 6).astype(np.int32)
    group = divided_within((school, np.full(12, 9)), 12, np.uint32(1))
    assert not set(group[:6]) & set(group[6:])
