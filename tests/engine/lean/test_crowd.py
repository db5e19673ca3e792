"""Who the computed people are: ages, homes, schools, teams and regions."""

import numpy as np
import pytest
from tests.engine.lean.conftest import quietly

from populace.engine.lean import homes
from populace.engine.lean.block import SIZE
from populace.engine.lean.geography import hilbert
from populace.engine.lean.rows import groups
from populace.engine.populations._world.sources import age_bands, countries
from populace.engine.populations.lean import MANKIND, Lean

PEOPLE = 3_000_007


@pytest.fixture(scope="module")
def crowd():
    return Lean(people=PEOPLE).crowd(quietly)


@pytest.fixture(scope="module")
def country(crowd):
    """Everybody's country, by name."""
    of_block = crowd.layout.country_of_block
    first_region = crowd.layout.region_of_block[crowd.layout.country_start[:-1]]
    names = np.array(crowd.places.region_groups)[first_region]
    return names[np.repeat(of_block, SIZE)[:PEOPLE]]


@pytest.fixture(scope="module")
def band(crowd):
    country = np.repeat(crowd.layout.country_of_block, SIZE)[:PEOPLE]
    return crowd.blocks.band[country, np.arange(PEOPLE) % SIZE]


def test_countries_have_their_shares_of_mankind(country):
    for name in ("India", "China", "Nigeria", "Germany", "Brazil"):
        true = age_bands(countries()[name].number, "2025").sum() / MANKIND
        assert np.mean(country == name) == pytest.approx(true, abs=SIZE / PEOPLE)


@pytest.mark.parametrize("name", ["Niger", "Japan", "United States of America"])
def test_ages_are_those_of_the_country(name, country, band):
    true = age_bands(countries()[name].number, "2025")
    true = np.concatenate([true[:15], [true[15:].sum()]]) / true.sum()
    found = np.bincount(band[country == name], minlength=16) / np.sum(country == name)
    assert np.abs(found - true).max() < 1.5 / SIZE


def test_the_counts_of_ages_are_those_of_the_people(crowd, band):
    np.testing.assert_array_equal(crowd.band_counts(), np.bincount(band, minlength=16))


def test_homes_lie_in_one_region_and_larger_families_where_there_are_more_children(crowd, country):
    home = groups(crowd, homes.HOME)
    assert (np.diff(home) >= 0).all()
    region = np.repeat(np.arange(crowd.region_count), crowd.region_sizes())
    first = np.flatnonzero(np.diff(home, prepend=-1))
    assert (region == np.repeat(region[first], np.diff(first, append=PEOPLE))).all()
    size = np.bincount(home)[home]
    assert (1 / np.mean(1 / size[country == "Germany"])) == pytest.approx(2.15, abs=0.15)
    assert (1 / np.mean(1 / size[country == "Niger"])) > 3.5


@pytest.mark.parametrize("kind", [homes.HOME, homes.SCHOOL, homes.TEAM, homes.REGION])
def test_every_seat_of_a_group_is_one_of_its_people_in_order(crowd, kind):
    layout, blocks = crowd.layout, crowd.blocks
    numbered = groups(crowd, kind)
    order = np.argsort(numbered, kind="stable")
    for person in range(1_234, PEOPLE, 217_031):
        country = np.int64(layout.country_of_block[person // SIZE])
        first, size = homes.group_of(kind, person, country, layout, blocks)
        if size == 0:
            assert numbered[person] == -1
            continue
        team = homes.team_of(person, country, blocks) if kind == homes.TEAM else 0
        seats = [homes.person_at(kind, first, seat, team, layout, blocks) for seat in range(size)]
        begin = np.searchsorted(numbered[order], numbered[person])
        assert seats == order[begin : begin + size].tolist()
        assert person in seats


def test_teams_are_workers_of_different_blocks_and_about_sixteen(crowd, band):
    team = groups(crowd, homes.TEAM)
    sizes = np.bincount(team[team >= 0])
    assert np.median(sizes) == 16
    assert sizes.max() <= 24
    members = np.flatnonzero(team == team[team >= 0][5_000])
    assert len(np.unique(members // SIZE)) == len(members)
    assert (band[team >= 0] >= 2).all()
    assert 0.35 < np.mean(team >= 0) < 0.6


def test_those_who_share_a_home_do_not_share_a_team_again_and_again(crowd):
    team, home = groups(crowd, homes.TEAM), groups(crowd, homes.HOME)
    workers = np.flatnonzero(team >= 0)[:200_000]
    pairs = set()
    links = 0
    for first in np.flatnonzero(np.diff(home[workers]) == 0)[:20_000]:
        pair = team[workers[first]], team[workers[first + 1]]
        links += 1
        pairs.add(tuple(sorted(pair)))
    # Copies of a couple in other blocks work with other people; else one in sixteen would be new.
    assert len(pairs) > 0.9 * links


def test_pupils_are_children_and_share_a_school_with_neighbours(crowd, band):
    school = groups(crowd, homes.SCHOOL)
    assert band[school >= 0].max() <= 3
    children = (band == 1) | (band == 2)
    assert 0.75 < np.mean(school[children] >= 0) < 0.95
    members = np.flatnonzero(school == school[school >= 0][9_000])
    assert np.ptp(members) < 8 * SIZE
    assert 100 < len(members) < 1_200


def test_dots_lie_in_the_order_of_regions_and_their_shares_make_one(crowd):
    dots = crowd.dots
    assert (np.diff(dots.region) >= 0).all()
    shares = np.bincount(dots.region, dots.share, minlength=crowd.region_count)
    np.testing.assert_allclose(shares, 1, rtol=1e-4)


def test_neighbours_on_the_curve_are_neighbours_on_the_map():
    side = np.linspace(-179, 179, 64)
    lon, lat = (axis.ravel() for axis in np.meshgrid(side, side / 2))
    place = hilbert(lon, lat)
    assert len(np.unique(place)) == 64 * 64
    order = np.argsort(place)
    steps = np.hypot(np.diff(lon[order]), np.diff(2 * lat[order]))
    assert np.median(steps) == pytest.approx(358 / 63)
    assert steps.max() < 3 * 358 / 63


def test_the_whole_of_mankind_has_a_place():
    crowd = Lean(people=8_200_000_000, rows_up_to=0).crowd(quietly)
    assert crowd.agent_count == crowd.region_sizes().sum() == 8_200_000_000
    assert crowd.region_count < 2**15
    assert crowd.region_sizes().min() > 0
    assert crowd.band_counts().sum() == 8_200_000_000
