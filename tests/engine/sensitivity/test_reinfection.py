"""Leave one out where people can be infected again: every deletion equals running all again."""

import numpy as np
import pytest

from populace.benchmarks.gradient_again import (
    WORLDS,
    Everybody,
    history,
    mismatches,
    weights,
    worth_of,
)
from populace.engine.checks.trial import well_mixed, world_of
from populace.engine.project import Project
from populace.engine.sensitivity import paired
from populace.engine.sensitivity.attempts import Path as Course
from populace.engine.sensitivity.attempts import lag_to, not_taken_up
from populace.engine.sensitivity.estimate import LEAVE_ONE_OUT, PAIRED, sensitivity
from populace.engine.sensitivity.history import AGAIN_DAYS_MAX, NotCoveredError, history_of
from populace.engine.sensitivity.layer import Epidemic
from populace.engine.sensitivity.leave_one_out import differences, effects_of, slope_of_share
from populace.engine.sensitivity.outcome import Outcome
from populace.engine.simulation import Simulation

TRANSMISSION = "disease.transmission"
ISOLATING = "behaviours.isolate_when_ill.share_isolating"
DAYS = 60
# Some die, some are in hospital, and who is well again is susceptible after some time.
OWN = {"disease": {
    "kind": "custom", "transmission": 0.06, "initial_infected": 30,
    "graph": {
        "states": [
            {"name": "susceptible", "role": "susceptible"},
            {"name": "incubating", "role": "latent"},
            {"name": "mild", "role": "infectious", "infectiousness": 0.5},
            {"name": "severe", "role": "infectious", "symptomatic": True},
            {"name": "in_hospital", "role": "removed", "colour": "hospital"},
            {"name": "immune", "role": "removed"},
            {"name": "dead", "role": "dead"},
        ],
        "transitions": [
            {"from": "incubating", "to": "mild", "share": 0.5,
             "dwell": {"kind": "fixed", "mean": 3}},
            {"from": "incubating", "to": "severe", "share": "rest",
             "dwell": {"kind": "fixed", "mean": 2}},
            {"from": "mild", "to": "susceptible", "dwell": {"kind": "exponential", "mean": 6}},
            {"from": "severe", "to": "in_hospital", "share": 0.4,
             "dwell": {"kind": "exponential", "mean": 5}},
            {"from": "severe", "to": "immune", "share": "rest",
             "dwell": {"kind": "exponential", "mean": 8}},
            {"from": "in_hospital", "to": "dead", "share": 0.3,
             "dwell": {"kind": "fixed", "mean": 4}},
            {"from": "in_hospital", "to": "immune", "share": "rest",
             "dwell": {"kind": "fixed", "mean": 6}},
            {"from": "immune", "to": "susceptible", "dwell": {"kind": "exponential", "mean": 15}},
        ],
    },
}}  # fmt: skip
OWN_TOWN = WORLDS["seirs, isolation"] | OWN


@pytest.mark.parametrize("name", WORLDS)
def test_every_deletion_equals_running_everybody_again(name):
    past = history(WORLDS[name])
    assert np.count_nonzero(past.number) > 50  # who was infected again
    assert mismatches(past, 15) == (0, 15)


def test_a_disease_of_ones_own_with_deaths_is_covered():
    past = history(OWN_TOWN)
    assert np.count_nonzero(past.number) > 50
    assert mismatches(past, 40) == (0, 40)


@pytest.mark.parametrize("name", ["sis, isolation", "seirs, all together"])
def test_letting_somebody_isolate_equals_running_everybody_again(name):
    past = history(WORLDS[name], paths=(ISOLATING,))
    again, draw = Everybody(past), np.random.default_rng(4)
    table, region, worth = weights(past, draw)
    apart = np.zeros(len(past.who), bool)
    not_taken_up(past.who, past.number, 0, past.rules, apart)
    assert apart.mean() == pytest.approx(1 - past.setting.conduct[ISOLATING].share, abs=0.05)
    rows = draw.permutation(np.flatnonzero(apart))[:25]
    found, _ = differences(past, rows, worth, behaviour=0)
    base = worth_of(again.base, table, region)
    for row, difference in zip(rows, found, strict=True):
        one = (int(past.who[row]), int(past.run.infected_on[row]), int(past.number[row]))
        other = worth_of(again.infections(isolating=one), table, region)
        assert difference == pytest.approx(base - other, abs=1e-8)
    assert np.count_nonzero(found) > 5
    assert not past.rules.forced.size


@pytest.mark.parametrize("name", ["infections", "admissions", "deaths"])
def test_what_becomes_of_the_infections_is_counted(name):
    """In both worlds: as the log has it, and as it would be without an infection."""
    past = history(OWN_TOWN)
    outcome = Outcome.of(name, past.simulation, DAYS)
    again = Everybody(past)

    def total(infections):
        found = 0
        for who, day, number in infections:
            lag = 0
            if name != "infections":
                lag = lag_to(who, day == 0, outcome.wanted, past.course, past.meetings, past.rules,
                             Course.fresh(), number)  # fmt: skip
            found += day + lag <= DAYS
        return found

    base = total(again.base)
    assert base == outcome.total(past.simulation) > 0
    effects = effects_of(past, outcome)
    chosen = np.random.default_rng(5).permutation(len(effects.victims))[:10]
    for position in chosen:
        removed = again.winner(int(effects.victims[position]))
        assert effects.difference[position] == base - total(again.infections(removed))
    assert np.count_nonzero(effects.difference) > 20


def test_one_run_tells_the_rates_of_every_day_and_place():
    """Also by where those live who infect a second time; summed, they are that of all rates."""
    past = history(WORLDS["seirs, falling"], paths=(TRANSMISSION,))
    effects = effects_of(past, Outcome.of("infections", past.simulation, DAYS))
    rate = WORLDS["seirs, falling"]["disease"]["transmission"]
    whole = effects.gradient(past, [TRANSMISSION])[0] * rate
    place = past.simulation.people.region_index.astype(np.int32)
    for of_source in (False, True):
        table = effects.by_day_and_place(
            past, place, past.simulation.people.region_count, of_source=of_source
        )
        assert table.sum() == pytest.approx(whole, rel=1e-3)


def test_a_sample_of_the_infections_estimates_the_whole():
    past = history(WORLDS["seirs, alone"], paths=(TRANSMISSION,))
    outcome = Outcome.of("infections", past.simulation, DAYS)
    whole = effects_of(past, outcome).gradient(past, [TRANSMISSION])[0]
    part = effects_of(past, outcome, share=0.3)
    error = part.sampling_error(past, TRANSMISSION)
    assert len(part.victims) == pytest.approx(0.3 * (past.run.winner >= 0).sum(), rel=0.15)
    assert part.gradient(past, [TRANSMISSION])[0] == pytest.approx(whole, abs=4 * error)


def test_threads_and_room_do_not_matter(monkeypatch):
    past = history(WORLDS["seirs, all together"])
    outcome = Outcome.of("infections", past.simulation, DAYS)
    alone = effects_of(past, outcome, threads=1)
    several = effects_of(past, outcome, threads=3)
    np.testing.assert_array_equal(alone.difference, several.difference)
    monkeypatch.setattr("populace.engine.sensitivity.leave_one_out._FIRST_ROOM", 64)
    cramped = effects_of(past, outcome, threads=2)
    np.testing.assert_array_equal(alone.difference, cramped.difference)
    assert alone.touched == several.touched == cramped.touched


def test_where_one_infection_changes_too_many_there_is_no_estimate(monkeypatch):
    past = history(WORLDS["sis, alone"])
    outcome = Outcome.of("infections", past.simulation, DAYS)
    touched = effects_of(past, outcome).touched
    assert 1 < touched < 50
    monkeypatch.setattr("populace.engine.sensitivity.leave_one_out.TOUCHED_MAX", 0.9 * touched)
    with pytest.raises(NotCoveredError, match="too many to follow"):
        effects_of(past, outcome)


def test_over_a_long_time_there_are_paired_runs_and_the_reason():
    project = Project.from_spec(WORLDS["seirs, alone"] | {"networks": [{"kind": "household"}]})
    with pytest.raises(NotCoveredError, match="has no end"):
        history_of(Simulation(project), AGAIN_DAYS_MAX + 1, ())
    [one] = sensitivity(project, [TRANSMISSION], "infections", 4, AGAIN_DAYS_MAX + 1).estimates
    assert one.method == PAIRED
    assert "infected again" in one.why
    [one] = sensitivity(project, [TRANSMISSION], "infections", 4, AGAIN_DAYS_MAX).estimates
    assert one.method == LEAVE_ONE_OUT


def test_a_table_of_rates_is_refused():
    with pytest.raises(NotCoveredError, match="infected again"):
        Epidemic.of(Project.from_spec(WORLDS["sis, alone"]), DAYS)


def test_attempts_that_do_not_explain_the_run_are_refused(monkeypatch):
    from populace.engine.sensitivity import history as module

    right = module.infections_of

    def other(simulation):
        who, day, by, number = right(simulation)
        return who, day, by, np.where(number == 1, 2, number).astype(np.int32)

    monkeypatch.setattr(module, "infections_of", other)
    with pytest.raises(NotCoveredError):
        history(WORLDS["sis, alone"])


SIS = {"kind": "sis", "transmission": 0.25, "initial_infected": 60}
SEIRS = {"kind": "seirs", "transmission": 0.3, "initial_infected": 60, "immune_period": 40.0}
# What the gradient is proven for: the project or a well-mixed disease, the quantity and the days.
PROVEN = {
    "sis": (SIS, TRANSMISSION, 60),
    "seirs": (SEIRS, TRANSMISSION, 120),
    "town": (WORLDS["seirs, falling"], "networks.household.intensity", DAYS),
    "vaccine": (WORLDS["seirs, vaccination"], "policies.vaccination.efficacy_second", DAYS),
    "isolation": (WORLDS["seirs, isolation"], ISOLATING, DAYS),
    "all": (WORLDS["seirs, all together"], TRANSMISSION, DAYS),
}


@pytest.mark.study
@pytest.mark.parametrize("name", PROVEN)
def test_the_gradient_is_that_of_paired_differences(name):
    spec, path, days = PROVEN[name]
    project = Project.from_spec(spec) if "networks" in spec else well_mixed(2_000, spec)
    world = world_of(project)
    outcome = Outcome.of("infections", Simulation(project, world=world), days)
    estimates, setting = [], None
    for seed in range(100):
        run = Simulation(project, world=world, seed=seed)
        past = history_of(run, days, [path], setting=setting)
        setting = past.setting
        if path in past.setting.conduct:
            estimates.append(slope_of_share(past, outcome, path))
        else:
            estimates.append(float(effects_of(past, outcome).gradient(past, [path])[0]))
    differences = paired.slopes(project, path, outcome, days, range(500, 900), world)
    error = np.hypot(np.std(estimates) / 100**0.5, np.std(differences) / 400**0.5)
    assert np.mean(estimates) == pytest.approx(np.mean(differences), abs=3 * error)
    assert error < 0.06 * abs(np.mean(differences))
