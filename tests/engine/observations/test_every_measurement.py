"""What holds for every kind that counts a run."""

import numpy as np
import pytest

from populace.engine.analysis.grouping import WAYS
from populace.engine.analysis.record import Record
from populace.engine.observations.base import Measurement
from populace.engine.project import Project
from populace.engine.registry import kinds
from populace.engine.simulation import Simulation

KINDS = [name for name, kind in kinds("observations").items() if issubclass(kind, Measurement)]
GROUPED = [name for name in KINDS if "by" in dict(kinds("observations")[name].declarations())]


def small_city(people=6_000, infected=60, observations=()):
    return Project.from_spec(
        {
            "name": "City",
            "days": 60,
            "population": {"kind": "nyc", "people": people},
            "networks": [
                {"kind": kind} for kind in ("household", "school", "workplace", "community")
            ],
            "disease": {
                "kind": "covid_like",
                "transmission": 0.08,
                "severity": 3,
                "initial_infected": infected,
            },
            "observations": [{"kind": kind} for kind in observations],
        }
    )


@pytest.fixture(scope="module")
def city():
    run = Simulation(small_city())
    run.run(60)
    return run, Record.of(run)


def test_there_are_kinds_that_count():
    assert {"cases", "costs", "serial_interval"} <= {*KINDS}
    assert "observed_series" not in KINDS


@pytest.mark.parametrize("name", KINDS)
def test_observing_changes_nothing_and_gives_the_same_again(city, observe, name):
    _, record = city
    before = record.events.sha256()
    first, second = observe(name, record), observe(name, record)
    assert len(first) > 0
    assert list(first.columns) == list(second.columns)
    for column in first.columns:
        np.testing.assert_array_equal(first[column], second[column])
        with pytest.raises(ValueError, match="read-only"):
            first[column][0] = first[column][0]
    assert record.events.sha256() == before
    assert before == Record.of(city[0]).events.sha256()


@pytest.mark.parametrize("people", [0, 1])
@pytest.mark.parametrize("name", KINDS)
def test_a_run_without_infections_is_no_trouble(make_project, observe, name, people):
    project = make_project(
        population={"kind": "well_mixed", "people": people},
        disease={"kind": "covid_like", "initial_infected": 0},
    )
    run = Simulation(project)
    run.run(3)
    table = observe(name, Record.of(run))
    for column in ("cases", "admitted", "deaths", "infected", "pairs", "ever_infected", "cost"):
        if column in table.columns:
            assert not table[column].any()


@pytest.mark.parametrize("name", KINDS)
def test_a_run_may_be_observed_on_day_0(city, observe, name):
    run = Simulation(small_city(people=1_000, infected=5))
    table = observe(name, Record.of(run))
    if "day" in table.columns:
        assert set(table["day"].tolist()) == {0}


@pytest.mark.parametrize("name", [name for name in GROUPED if name != "seroprevalence"])
def test_the_groups_add_up_to_everybody(city, observe, name):
    _, record = city
    tables = [observe(name, record, by=way) for way in WAYS]
    for column in tables[0].columns:
        if column not in ("day", "date", "attack_rate"):
            totals = [float(table[column].sum()) for table in tables]
            assert totals == pytest.approx([totals[0]] * len(WAYS))
            assert totals[0] > 0


@pytest.mark.parametrize("by", [*WAYS, "network"])
def test_attack_rates_weighted_by_people_give_the_total(city, observe, by):
    run, record = city
    table = observe("attack_rate", record, by=by)
    rates, people = np.nan_to_num(table["attack_rate"]), table["people"]
    total = run.ever_infected / run.people.agent_count
    weights = people / run.people.agent_count
    assert 0.2 < total < 1
    assert float(rates @ weights) == pytest.approx(total)
    assert (rates <= 1).all()


def test_who_is_in_a_state_at_the_end_is_who_was_counted(city, observe):
    run, record = city
    now = dict(zip((state.name for state in run.states), run.counts.sum(axis=0), strict=True))
    assert now["hospitalised"] > 0
    assert observe("admissions", record)["present"][-1] == now["hospitalised"] + now["intensive"]
    assert observe("intensive_care", record)["beds"][-1] == now["intensive"]
    deaths = observe("deaths", record)
    assert deaths["so_far"][-1] == deaths["deaths"].sum() == now["dead"] > 0
    assert observe("seroprevalence", record)["living"][-1] == run.people.agent_count - now["dead"]


def test_beds_by_region_are_those_of_the_run_on_every_day(observe):
    run = Simulation(small_city(people=3_000))
    column = [state.name for state in run.states].index("hospitalised")
    evenings = [run.counts[:, column]]
    for _ in range(40):
        run.step()
        evenings.append(run.counts[:, column])
    table = observe("admissions", Record.of(run), states="hospitalised", by="region")
    np.testing.assert_array_equal(table["present"].reshape(41, -1), evenings)
    assert np.sum(evenings) > 0


def test_with_everybody_reported_at_once_cases_are_the_new_symptoms(city, observe):
    _, record = city
    cases = observe("cases", record, reported=1, delay=1, delay_shape=0)["cases"]
    onset = record.onset()
    by_day = np.bincount(onset[onset >= 0], minlength=record.day_count)
    assert cases[0] == 0
    np.testing.assert_array_equal(cases[1:], by_day[:-1])


def test_costs_without_prices_are_nothing(city, observe):
    free = dict.fromkeys(("case_cost", "ward_cost", "intensive_cost"), 0)
    costs = observe("costs", city[1], **free)
    assert not costs["cost"].any()
    assert costs["dalys"].sum() > 0
