"""Each disease against a limit that is known exactly, or from the daily scheme."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq

from populace.engine.checks.checklist import own_disease
from populace.engine.checks.recursion import final_size
from populace.engine.checks.trial import BAND, run_out, runs, well_mixed
from populace.engine.disease_facts import reproduction_number
from populace.engine.diseases.ebola_like import EbolaLike
from populace.engine.diseases.influenza import Influenza
from populace.engine.diseases.measles import Measles
from populace.engine.graph import graph_of
from populace.engine.registry import kinds
from populace.engine.simulation import Simulation

PEOPLE = 20_000
BAND_MIX = np.eye(16)[BAND]


def contacts_for(disease, r0):
    """Return the contacts a day at which a disease has this R0 in people of one age."""
    values = disease.values()
    graph = graph_of(type(disease), values)
    rate = type(disease).transmission_rate(values)
    return r0 / reproduction_number(graph, BAND_MIX, rate, 1.0)


def place(kind, r0, first=PEOPLE // 100, **settings):
    """Return everybody in one place, where the disease has this R0."""
    contacts = contacts_for(kinds("diseases")[kind](**settings), r0)
    disease = {"kind": kind, "initial_infected": first, **settings}
    return well_mixed(PEOPLE, disease, contacts)


# Three standard errors of six runs: runs differ by .008 to .012 at R0 1.5, by .003 to .004 at 2.5.
@pytest.mark.parametrize(("r0", "allowed"), [(1.5, 0.0145), (2.5, 0.005)])
@pytest.mark.parametrize(
    "kind", ["sir", "seir", "influenza", "measles", "ebola_like", "custom", "covid_like"]
)
def test_the_final_size_is_that_of_theory_at_a_given_r0(kind, r0, allowed):
    """It depends on R0 alone, whatever the states: z = 1 - (1 - first) exp(-R0 z)."""
    project = place(kind, r0)
    sizes = []
    for run in runs(project, 6):
        run_out(run)
        sizes.append(run.ever_infected / PEOPLE)
    assert np.mean(sizes) == pytest.approx(final_size(r0, 0.01), abs=allowed)


def mean_share(project, state, days, after):
    """Return the mean share of people in a state over the days after the first ``after``."""
    shares = []
    for run in runs(project, 2):
        for day in range(1, days + 1):
            run.step()
            if day > after:
                shares.append(run.counts[:, state].sum() / PEOPLE)
    return np.mean(shares)


@pytest.mark.parametrize("shape", [0, 1, 4])
@pytest.mark.parametrize("r0", [1.5, 2.0, 4.0])
def test_sis_settles_where_infections_replace_recoveries(r0, shape):
    stay = 40
    settings = {"infectious_period": stay, "infectious_shape": shape}
    project = place("sis", r0, first=PEOPLE // 3, **settings)
    found = mean_share(project, 1, 900, after=300)
    assert found == pytest.approx(1 - 1 / r0, abs=0.015)
    # In whole days exactly: as many infections a day as recoveries.
    daily = brentq(lambda i: (1 - i) * -math.expm1(-r0 * i / stay) - i / stay, 0.01, 1)
    assert found == pytest.approx(daily, abs=0.008)


def test_seirs_settles_at_the_level_that_its_mean_times_give():
    r0, latent, ill, immune = 2.0, 5.0, 10.0, 60.0
    settings = {"latent_period": latent, "infectious_period": ill, "immune_period": immune}
    project = place("seirs", r0, first=PEOPLE // 10, **settings)
    found = mean_share(project, 2, 1_500, after=500)
    whole = latent + ill + immune
    assert found == pytest.approx((1 - 1 / r0) * ill / whole, rel=0.03)
    # In whole days: the flux of infections is s (1 - exp(-force)), and s is who is left.
    flux = brentq(lambda f: (1 - f * whole) * -math.expm1(-r0 * f) - f, 1e-4, 1 / whole)
    assert found == pytest.approx(flux * ill, rel=0.02)


def test_immunity_that_waned_lets_people_be_infected_again():
    project = place("seirs", 3.0, immune_period=20.0)
    run = next(runs(project, 1))
    run.run(200)
    events = run.events()
    again = np.bincount(events.agent[events.before == 0], minlength=PEOPLE)
    assert again.max() > 1


def infected_by_age(mixed_town, disease, first):
    """Return the people infected by contact, and all people, under five and older."""
    town = mixed_town(disease, count=3_001)
    kernel = town.run(town.start(first=first), 90)
    events = kernel.log.table(90)
    infected = np.unique(events.agent[(events.before == 0) & (events.day > 0)])
    young = town.world.people.age < 5
    return young[infected].sum(), (~young[infected]).sum(), young.sum()


def test_infants_who_are_all_protected_by_their_mothers_are_not_infected(mixed_town):
    first = np.arange(20)
    protected = Measles(transmission=1.0, maternal_immunity=1.0)
    young, old, _ = infected_by_age(mixed_town, protected, first)
    assert young == 0
    assert old > 1_000
    unprotected = Measles(transmission=1.0, maternal_immunity=0.0)
    young, _, all_young = infected_by_age(mixed_town, unprotected, first)
    assert young > 0.8 * all_young


def test_maternal_immunity_lowers_the_youngest_band_and_no_other():
    share = Measles.susceptibility(Measles(maternal_immunity=0.3).values())
    assert share == (0.7, *(1.0,) * 15)


@pytest.mark.parametrize("fatality", [0.3, 0.71])
def test_as_many_die_of_ebola_as_the_case_fatality_says(fatality):
    project = place("ebola_like", 2.5, case_fatality=fatality, unsafe_burials=0.6)
    run = next(runs(project, 1))
    run_out(run)
    events = run.events()
    names = [state.name for state in EbolaLike.states(EbolaLike().values())]
    number = {name: row for row, name in enumerate(names)}
    buried = run.counts[:, number["buried"]].sum()
    assert buried + run.counts[:, number["recovered"]].sum() == run.ever_infected
    error = math.sqrt(fatality * (1 - fatality) / run.ever_infected)
    assert buried / run.ever_infected == pytest.approx(fatality, abs=3.5 * error)
    unsafe = np.count_nonzero(events.after == number["funeral"]) / buried
    assert unsafe == pytest.approx(0.6, abs=3.5 * math.sqrt(0.24 / buried))
    in_hospital = np.count_nonzero(events.after == number["hospitalised"]) / run.ever_infected
    assert in_hospital == pytest.approx(0.55, abs=3.5 * math.sqrt(0.25 / run.ever_infected))


def test_the_dead_infect_at_funerals_and_not_once_buried():
    project = place("ebola_like", 2.5)
    run = next(runs(project, 1))
    run_out(run)
    events = run.events()
    funeral, buried = 4, 5
    held, ended = np.full(PEOPLE, 10_000), np.full(PEOPLE, 10_000)
    for days, state in ((held, funeral), (ended, buried)):
        moved = events.after == state
        days[events.agent[moved]] = events.day[moved]
    infections = (events.before == 0) & (events.day > 0)
    day, source = events.day[infections], events.infector[infections]
    assert (day <= ended[source]).all()
    at_funerals = np.mean(day > held[source])
    # Nine tenths of the dead, for 2 days at weight 3.8, of 14.48 weighted days in all.
    assert at_funerals == pytest.approx(0.71 * 0.9 * 2 * 3.8 / 14.48, abs=0.03)


def test_influenza_without_symptoms_is_as_frequent_and_as_mild_as_declared():
    project = place("influenza", 2.0)
    run = next(runs(project, 1))
    run_out(run)
    events = run.events()
    quiet = np.unique(events.agent[events.after == 2])
    share = len(quiet) / run.ever_infected
    assert share == pytest.approx(0.33, abs=3.5 * math.sqrt(0.22 / run.ever_infected))
    infections = (events.before == 0) & (events.day > 0)
    by_quiet = np.isin(events.infector[infections], quiet).mean()
    assert by_quiet == pytest.approx(0.33 * 0.5 / (0.67 + 0.33 * 0.5), abs=0.02)


@pytest.mark.parametrize("kind", kinds("diseases"))
def test_the_checks_of_a_project_hold_for_each_disease(kind):
    """At R0 2, against the daily recursion; where people come back, their mean prevalence."""
    figures = list(own_disease(well_mixed(1_000, {"kind": kind}), people=30_000, seeds=8))
    assert figures
    assert [figure.line() for figure in figures if not figure.passed] == []


@pytest.mark.parametrize("kind", kinds("diseases"))
def test_both_kernels_write_the_same_events(kind):
    project = place(kind, 2.5).with_value("population.people", 600)
    digests = set()
    for device in ("cpu", "reference"):
        run = Simulation(project, device=device)
        run.run(50)
        assert run.ever_infected > 210
        digests.add(run.events_sha256())
    assert len(digests) == 1


def test_nobody_is_infected_at_rate_nought():
    for kind in ("sis", "seirs", "influenza", "measles", "ebola_like", "custom"):
        disease = {"kind": kind, "transmission": 0.0, "initial_infected": 50}
        run = next(runs(well_mixed(500, disease, 10.0), 1))
        run.run(60)
        assert run.ever_infected == 50


def test_infections_with_ebola_are_shared_among_home_hospital_and_funeral_as_cited():
    """R0 .8, .4 and .6: the share that is left when a place infects hardly at all."""
    whole = contacts_for(EbolaLike(), 1.0)
    for setting, share in (("in_hospital", 0.4 / 1.8), ("at_funeral", 0.6 / 1.8)):
        without = contacts_for(EbolaLike(**{f"infectiousness_{setting}": 0.01}), 1.0)
        assert 1 - whole / without == pytest.approx(share, abs=0.01)


def test_the_defaults_have_the_r0_that_their_sources_say():
    for kind, r0 in ((Influenza, 1.3), (Measles, 15.0), (EbolaLike, 1.8)):
        assert 13.4 / contacts_for(kind(), 1.0) == pytest.approx(r0, rel=0.03)
