"""People die of other causes, newborns have their places, and all grow older."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from populace.engine.analysis.record import Record
from populace.engine.checks.endemic import at_equilibrium
from populace.engine.checks.result import Result
from populace.engine.errors import ProjectError
from populace.engine.events import BIRTH, NOBODY
from populace.engine.project import Project
from populace.engine.run_output import run_project
from populace.engine.simulation import Simulation
from populace.engine.streams import run_key
from populace.engine.turnover import CYCLE, DAYS_A_YEAR, Turnover

KINDS = ["fast", "reference"]


def project_with(people=2_000, policies=(), networks=("household", "community"), **disease):
    settings = {"kind": "seirs", "transmission": 0.3, "initial_infected": 20, "turnover": True}
    return Project.from_spec(
        {
            "name": "Born",
            "population": {"kind": "town", "people": people},
            "networks": [{"kind": kind} for kind in networks],
            "disease": settings | {"life_expectancy": 2.0, "immune_period": 60.0} | disease,
            "policies": list(policies),
        }
    )


def test_deaths_come_at_the_declared_rate_and_to_everybody_alike(make_people):
    people = make_people(40_000)
    turnover = Turnover(run_key(1), people)
    died = [turnover.deaths(day, 20.0) for day in range(1, 1_000)]
    expected = 40_000 * 999 / (20.0 * DAYS_A_YEAR)
    found = np.concatenate(died)
    assert len(found) == pytest.approx(expected, abs=4 * expected**0.5)
    assert found.mean() == pytest.approx(20_000, abs=4 * 40_000 / (12 * expected) ** 0.5)
    assert all((np.diff(one) > 0).all() for one in died)


def test_everybody_has_one_birthday_in_five_years_and_the_first_in_time(make_people):
    people = make_people(5_000)
    turnover = Turnover(run_key(2), people)
    count, first = np.zeros(5_000, int), np.zeros(5_000, int)
    for day in range(1, CYCLE + 1):
        agents = turnover.birthdays(day)
        count[agents] += 1
        first[agents] = day
    assert (count == 1).all()
    left = 5 - people.age % 5  # at least so many years, less one
    assert (first <= left * DAYS_A_YEAR + 1).all()
    assert (first > (left - 1) * DAYS_A_YEAR - 1).all()


def test_newborns_have_the_birthdays_of_newborns(make_people):
    turnover = Turnover(run_key(3), make_people(1_000))
    babies = np.array([5, 400, 999], np.int32)
    turnover.born(babies, 100)
    seen = {int(one): [] for one in babies}
    for day in range(101, 100 + 2 * CYCLE + 1):
        for one in np.intersect1d(turnover.birthdays(day), babies):
            seen[int(one)].append(day)
        if day == 130:
            turnover.born(babies[:1], day)
    assert seen == {
        5: [130 + CYCLE],
        400: [100 + CYCLE, 100 + 2 * CYCLE],
        999: [100 + CYCLE, 100 + 2 * CYCLE],
    }


def followed(run, days):
    """Step a run and hold the log against the states; return all events."""
    states, regions = run.state, run.counts.sum(axis=1)
    for _ in range(days):
        run.step()
        for block in run.log.day(run.day):
            assert (states[block.agent] == block.before).all()
            states[block.agent] = block.after
        np.testing.assert_array_equal(states, run.state)
        np.testing.assert_array_equal(run.counts.sum(axis=1), regions)
    np.testing.assert_array_equal(np.bincount(states, minlength=4), run.counts.sum(axis=0))
    return run.events()


@pytest.mark.parametrize("device", ["cpu", "reference"])
def test_people_are_conserved_and_the_log_tells_of_every_birth(device):
    run = Simulation(project_with(), device=device)
    events = followed(run, 150)
    births = events.network == BIRTH
    expected = 2_000 * 150 / (2 * DAYS_A_YEAR)
    assert births.sum() == pytest.approx(expected, abs=4 * expected**0.5)
    assert (events.after[births] == 0).all()
    assert (events.infector[births] == NOBODY).all()
    assert len(np.unique(events.before[births])) == 4, "they were in every state"


def test_both_kernels_write_the_same_events_and_a_fork_goes_on_alike():
    digests = set()
    settings = {"imports_per_week": 40.0, "dispersion": 0.4, "transmission": 0.4}
    for device in ("cpu", "reference"):
        run = Simulation(project_with(**settings), device=device)
        run.run(60)
        run.set("disease.life_expectancy", 1.0)
        twin = run.fork()
        for one in (run, twin):
            one.run(60)
            digests.add(one.events_sha256())
    assert len(digests) == 1


def test_ages_matter_to_contacts_as_they_pass():
    """The bands of a kernel: newborns are in the first, others in a later one after five years."""
    for device in ("cpu", "reference"):
        run = Simulation(project_with(people=600, transmission=0.0), device=device)
        before = bands(run)
        run.run(200)
        born = np.unique(run.events().agent[run.events().network == BIRTH])
        after = bands(run)
        assert (after[born] == 0).all()
        others = np.setdiff1d(np.arange(600), born)
        step = after[others].astype(int) - before[others]
        assert set(step) == {0, 1}
        young = before[others] < 15
        share = step[young].mean()
        assert share == pytest.approx(200 / CYCLE, abs=4 * (0.1 / young.sum()) ** 0.5)


def bands(run):
    kernel = run._kernel
    if hasattr(kernel, "_band"):
        return kernel._band.numpy().copy()
    return kernel._run.word >> 4 & 15


def test_the_infections_of_the_dead_end_and_newborns_begin_anew():
    """Nobody infects after death, and an infection belongs to one person."""
    run = Simulation(project_with(transmission=0.5, infectious_period=30.0, life_expectancy=1.0))
    states = run.state
    infectious = np.array([state.role == "infectious" for state in run.states])
    for _ in range(150):
        before = states.copy()
        run.step()
        for block in run.log.day(run.day):
            sources = block.infector[block.infector >= 0]
            assert infectious[before[sources]].all()
            states[block.agent] = block.after
    episodes = Record.of(run).episodes
    assert len(episodes) == run.ever_infected
    births = run.events().network == BIRTH
    born = set(run.events().agent[births].tolist())
    again = [row for row in np.flatnonzero(episodes.first) if episodes.agent[row] in born]
    assert len(again) > 100


def test_the_table_of_events_says_birth(tmp_path):
    report = run_project(
        project_with(), str(tmp_path / "out"), device="cpu", progress=lambda *_: None
    )
    table = pq.read_table(tmp_path / "out" / "events.parquet").to_pydict()
    born = [row for row, name in enumerate(table["network"]) if name == "birth"]
    assert len(born) > 50
    assert {table["to"][row] for row in born} == {"susceptible"}
    assert {table["infector"][row] for row in born} == {None}
    rows = zip(table["network"], table["from"], strict=True)
    infections = [one for one, before in rows if before == "susceptible" and one != "birth"]
    assert len(infections) == report["ever_infected"]


def test_policies_that_ask_for_an_age_do_not_go_with_it():
    """Others do: see tests/engine/policies/test_newborns.py."""
    elderly = project_with(policies=[{"kind": "vaccination", "target_age_min": 65}])
    with pytest.raises(ProjectError, match="born meanwhile") as found:
        Simulation(elderly)
    assert found.value.place == "policies.vaccination"
    Simulation(project_with(policies=[{"kind": "vaccination"}])).run(3)
    careful = {"kind": "isolate_when_ill", "target_age_min": 65}
    with pytest.raises(ProjectError, match="born meanwhile") as found:
        Simulation(Project.from_spec(project_with().spec() | {"behaviours": [careful]}))
    assert found.value.place == "behaviours.isolate_when_ill"


def test_where_some_ages_are_missing_nothing_is_known_of_their_contacts():
    single = project_with().spec() | {"population": {"kind": "well_mixed", "people": 500}}
    with pytest.raises(ProjectError, match="people of all ages") as found:
        Simulation(Project.from_spec(single))
    assert found.value.place == "disease.turnover"


@pytest.mark.slow
def test_an_endemic_infection_settles_at_the_age_of_the_theory():
    """users.md: R0 17, life expectancy 70 years, generation 13 days: 4.38 years."""
    result = Result("endemic", tuple(at_equilibrium(people=400_000, years=60, seeds=2)))
    assert result.passed, result.line()
