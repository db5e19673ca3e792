"""The numbers of an area agree with the log, read by other means, and with shapely's inside."""

import time
from dataclasses import replace

import numpy as np
import pytest
import shapely

from populace.engine.analysis.area import AGE_NAMES, AreaCourse, inside
from populace.engine.events import BIRTH
from populace.engine.project import Project
from populace.engine.simulation import Simulation

TOWN = {
    "name": "Town",
    "days": 60,
    "population": {"kind": "town", "people": 4_000},
    "networks": [{"kind": name} for name in ("household", "school", "workplace", "community")],
    "disease": {"kind": "covid_like", "transmission": 0.15, "initial_infected": 30},
}
AGAIN = {"kind": "seirs", "transmission": 0.1, "initial_infected": 20, "immune_period": 20.0}


def ring(rng, corners):
    """Return a wild line around a middle that does not cross itself."""
    angle = np.sort(rng.uniform(0, 2 * np.pi, corners))
    far = rng.uniform(0.1, 1.0, corners)
    return far * np.cos(angle), far * np.sin(angle)


@pytest.mark.parametrize("corners", [3, 4, 7, 40, 900])
def test_who_is_inside_is_what_shapely_says_whatever_the_line(corners):
    rng = np.random.default_rng(corners)
    x, y = rng.uniform(-1.1, 1.1, (2, 20_000)).astype(np.float32)
    for _ in range(5):
        xs, ys = ring(rng, corners)
        line = shapely.Polygon(np.column_stack([xs, ys]))
        assert line.is_valid
        wanted = shapely.contains_xy(line, x.astype(float), y.astype(float))
        np.testing.assert_array_equal(inside(x, y, xs, ys), wanted)
        closed = inside(x, y, [*xs, xs[0]], [*ys, ys[0]])
        np.testing.assert_array_equal(closed, wanted)
        assert 0 < wanted.sum() < len(x)


def test_a_line_with_edges_along_the_axes_is_as_good():
    rng = np.random.default_rng(2)
    x, y = rng.uniform(-1, 6, (2, 20_000)).astype(np.float32)
    xs, ys = [0, 5, 5, 3, 3, 2, 2, 0], [0, 0, 5, 5, 2, 2, 5, 5]
    wanted = shapely.contains_xy(shapely.Polygon(list(zip(xs, ys, strict=True))), x, y)
    np.testing.assert_array_equal(inside(x, y, xs, ys), wanted)


def test_a_line_that_encloses_nothing_has_nobody_inside():
    x = y = np.array([0.0, 1.0], np.float32)
    assert not inside(x, y, [], []).any()
    assert not inside(x, y, [0, 1], [0, 1]).any()
    assert not inside(x, y, [0, 1, 2], [1, 1, 1]).any()
    with pytest.raises(ValueError, match="finite"):
        inside(x, y, [0, 1, np.nan], [0, 1, 0])


def test_millions_are_sorted_well_within_a_second():
    rng = np.random.default_rng(1)
    x, y = rng.uniform(-1, 1, (2, 4_000_000)).astype(np.float32)
    angle = np.linspace(0, 2 * np.pi, 500)
    far = 0.7 + 0.2 * np.sin(5 * angle) + rng.uniform(0, 0.02, 500)  # as a hand draws
    xs, ys = far * np.cos(angle), far * np.sin(angle)
    inside(x[:10], y[:10], xs, ys)
    took = []
    for _ in range(3):
        began = time.perf_counter()
        inside(x, y, xs, ys)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.5


@pytest.fixture(scope="module", params=["covid_like", "seirs"])
def run(request):
    spec = TOWN if request.param == "covid_like" else TOWN | {"disease": AGAIN}
    made = Simulation(Project.from_spec(spec))
    made.run(60)
    return made


@pytest.fixture(scope="module")
def marked(run):
    people = run.people
    west, middle = float(people.x.min()), float(np.median(people.x))
    south, north = float(people.y.min()), float(people.y.max())
    found = inside(
        people.x, people.y, [west - 1, middle, west - 1], [south - 1, south - 1, north + 1]
    )
    assert 200 < found.sum() < 3_000
    return found


def test_the_numbers_of_a_day_are_those_of_the_log(run, marked):
    course, snapshot = AreaCourse(marked, run.people.age), run.snapshot()
    found = course.at(snapshot)
    table = run.events()
    roles = np.array([state.role for state in snapshot.states])
    assert found.people == marked.sum()
    assert found.everybody == run.people.agent_count
    now = roles[run.state[marked]]
    assert found.infected_now == np.isin(now, ["latent", "infectious"]).sum()
    assert found.infectious_now == (now == "infectious").sum()

    new = (table.day == 0) | (table.infector >= 0)
    here = marked[table.agent]
    assert found.infections == (new & here).sum()
    np.testing.assert_array_equal(found.daily, np.bincount(table.day[new & here], minlength=61))
    np.testing.assert_array_equal(found.daily_everywhere, np.bincount(table.day[new], minlength=61))
    assert found.daily_everywhere.sum() == snapshot.ever_infected
    known = table.infector >= 0
    by_here = known & marked[table.infector]
    assert found.by_people_here == (by_here & here).sum()
    assert found.by_people_around == (known & ~by_here & here).sum()
    assert found.passed_on == (by_here & ~here).sum()
    assert found.of_unknown_source == ((table.day == 0) & here).sum()
    assert min(found.by_people_here, found.by_people_around, found.passed_on) > 20

    ever = np.unique(table.agent[new])
    assert found.infected_everywhere == len(ever)
    assert found.infected == marked[ever].sum()
    died = roles[run.state] == "dead"
    assert found.died == (died & marked).sum()
    assert found.died_everywhere == died.sum()


def test_the_ages_divide_the_area(run, marked):
    found = AreaCourse(marked, run.people.age).at(run.snapshot())
    table, age = run.events(), run.people.age
    ever = np.zeros(len(age), bool)
    ever[table.agent[(table.day == 0) | (table.infector >= 0)]] = True
    edges = [0, 18, 40, 65, 101]
    for part, low, high in zip(found.ages, edges[:-1], edges[1:], strict=True):
        of_age = marked & (age >= low) & (age < high)
        assert part.people == of_age.sum()
        assert part.infected == (of_age & ever).sum()
    assert tuple(part.name for part in found.ages) == AGE_NAMES
    assert sum(part.died for part in found.ages) == found.died


def test_a_past_day_is_told_as_it_was_on_that_evening():
    run = Simulation(Project.from_spec(TOWN))
    people = run.people
    marked = people.x < np.median(people.x)
    course = AreaCourse(marked, people.age)
    seen = []
    for _ in range(4):
        run.run(10)
        snapshot = run.snapshot()
        seen.append((snapshot, vars(course.at(snapshot))))
    for snapshot, wanted in (*seen, *reversed(seen)):
        for found in (course.at(snapshot), AreaCourse(marked, people.age).at(snapshot)):
            for name, value in vars(found).items():
                np.testing.assert_array_equal(value, wanted[name], err_msg=name)


def test_a_newborn_has_never_been_infected():
    disease = {"turnover": True, "life_expectancy": 1.0, "immune_period": 60.0}
    run = Simulation(Project.from_spec(TOWN | {"disease": AGAIN | {"transmission": 0.3} | disease}))
    run.run(60)
    people, table = run.people, run.events()
    marked = people.x < np.median(people.x)
    found = AreaCourse(marked, people.age).at(run.snapshot())
    ever: set[int] = set()
    born = 0
    for day, agent, infector, network in zip(
        table.day, table.agent.tolist(), table.infector, table.network, strict=True
    ):
        if network == BIRTH:
            born += agent in ever
            ever.discard(agent)
        elif day == 0 or infector >= 0:
            ever.add(agent)
    assert born > 20
    assert found.infected_everywhere == len(ever)
    assert found.infected == sum(marked[agent] for agent in ever)
    assert found.died_everywhere == 0  # of the disease


def test_a_run_that_begins_again_is_read_from_its_first_day():
    first, second = (Simulation(Project.from_spec(TOWN), seed=seed) for seed in (1, 2))
    first.run(20)
    second.run(15)
    everybody = np.ones(first.people.agent_count, bool)
    course = AreaCourse(everybody, first.people.age)
    for name, run in (("one", first), ("two", second), ("one again", first)):
        snapshot = replace(run.snapshot(), run=name)
        found = course.at(snapshot)
        assert found.infections == found.daily_everywhere.sum() == snapshot.ever_infected
        assert found.by_people_around == found.passed_on == 0
