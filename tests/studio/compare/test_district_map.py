"""The map paints each district by its own numbers, and says what the colours mean."""

from dataclasses import replace

import numpy as np
import pytest

from populace.engine.diseases.base import State
from populace.engine.project import Project
from populace.engine.scenarios.result import KeptState, PlaceFigures, Result
from populace.layers.basemap import assets_file, basemap
from populace.layers.themes import DARK, LIGHT
from populace.studio.compare.district_map import district_map


def run(seed, infections, people=1_000):
    land = basemap(assets_file("nyc/nta.parquet"), 0.0, 0.0, 40.0)
    ids = land.region_ids[::-1]  # in another order than the map's
    count = len(ids)
    rows = {name: np.zeros(count, np.int64) for name in ("hospital_peak", "intensive_peak")}
    infected = np.zeros(count, np.int64)
    infected[: len(infections)] = infections
    residents = np.full(count, people, np.int64)
    residents[-1] = 0
    places = PlaceFigures(
        ids, ids, residents, infected, infected, **rows, deaths=np.zeros(count, np.int64)
    )
    return Result(
        seed=seed,
        people=int(residents.sum()),
        start_date="2020-03-01",
        states=(KeptState.of(State("susceptible", "Susceptible", "susceptible", "susceptible")),),
        totals=np.zeros((2, 1), np.int64),
        new=np.zeros(2, np.int64),
        r_t=np.zeros(2),
        ever_infected=int(infected.sum()),
        places=places,
    )


@pytest.fixture
def drawn():
    found = district_map(Project.load("nyc_covid"))
    assert found is not None
    nothing = [run(seed, [100, 100, 100]) for seed in range(3)]
    masks = [run(seed, [40, 160, 60 + 60 * seed]) for seed in range(3)]
    found.take({"Nothing": nothing, "Masks": masks})
    return found


def district(found, row):
    """Return what the map shows of the row of the runs: they list the districts backwards."""
    return {
        name: found.source.data[name][-1 - row] for name in ("words", "colour", "hatch", "lives")
    }


def test_a_difference_is_painted_with_its_interval(drawn):
    less, more, unsure = (district(drawn, row) for row in range(3))
    assert less["words"] == (
        "−60.0 (−60.0 to −60.0) infections per 1,000; 100.0 in Nothing, 40.0 in Masks"
    )
    assert less["colour"] == DARK.change_ramp[0]
    assert more["words"].startswith("+60.0")
    assert more["colour"] == DARK.change_ramp[-1]
    assert [one["hatch"] for one in (less, more, unsure)] == [" ", " ", "."]
    assert "mean of 3 pairs of runs" in drawn.desk.state["said"]
    assert "infections per 1,000 residents" in drawn.desk.state["legend"]


def test_where_nobody_lives_the_land_is_bare(drawn):
    empty = {name: drawn.source.data[name][0] for name in ("words", "colour", "hatch")}
    assert empty == {"words": "Nobody lives here.", "colour": DARK.land, "hatch": " "}


def test_a_probability_counts_the_runs_that_pass(drawn):
    drawn.desk._handle_msg({"name": "look", "value": "chance"})
    drawn.desk._handle_msg({"name": "threshold", "value": 10})
    assert district(drawn, 1)["words"].startswith("3 of 3 runs: 100%")
    assert district(drawn, 1)["colour"] == DARK.accent
    assert district(drawn, 2)["words"].startswith("2 of 3 runs: 67%")
    assert district(drawn, 0)["colour"] == DARK.card
    assert "of the 3 runs" in drawn.desk.state["said"]
    assert "at least 10 infections per 100 residents" in drawn.desk.state["said"]


def test_a_theme_paints_it_again(drawn):
    drawn.paint(LIGHT)
    assert district(drawn, 0)["colour"] == LIGHT.change_ramp[0]


def test_before_the_first_runs_the_land_has_the_colours_of_the_theme():
    found = district_map(Project.load("nyc_covid"))
    assert found is not None
    found.paint(LIGHT)
    assert set(found.source.data["colour"]) == {LIGHT.land}
    assert set(found.source.data["lives"]) == {""}


def test_how_many_live_in_a_district_is_said(drawn):
    assert district(drawn, 0)["lives"] == "1,000 people in each run"


def test_what_a_browser_may_not_ask_changes_nothing(drawn):
    before = dict(drawn.desk.state)
    for name, value in (("threshold", 0), ("look", "all"), ("first", "x"), ("names", []), (3, 4)):
        drawn.desk._handle_msg({"name": name, "value": value})
    assert drawn.desk.state == before


def test_scenarios_with_other_people_say_so(drawn):
    [first, *_] = drawn._runs["Masks"]
    ids = tuple(f"x{one}" for one in first.places.ids)
    other = replace(first, places=replace(first.places, ids=ids))
    drawn.take({"Nothing": drawn._runs["Nothing"], "Another town": [other]})
    assert "have other districts" in drawn.desk.state["said"]


def test_a_project_without_real_districts_has_no_map():
    assert district_map(Project.load("town_flu")) is None
    assert district_map(Project.load("billion")) is None


@pytest.mark.parametrize(
    "population",
    [{"kind": "nyc", "people": 2_000}, {"kind": "country", "country": "Kenya", "people": 3_000}],
)
def test_the_outlines_are_those_of_the_people(population):
    spec = Project.load("nyc_covid").spec() | {"population": population, "disease": {"kind": "sir"}}
    project = Project.from_spec(spec)
    people = project.population.build(lambda said, share: None)
    assert people.places.boundaries == project.population.outlines() is not None
