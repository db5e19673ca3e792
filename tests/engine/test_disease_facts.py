"""What the graph says of a disease is what closed forms and simulated people say."""

import math

import numpy as np
import pytest

from populace.engine.checks.recursion import infectious_days as by_recursion
from populace.engine.checks.trial import AGE, BAND, runs, well_mixed
from populace.engine.disease_facts import generation_days, infectious_days, reproduction_number
from populace.engine.diseases.covid_like import SUSCEPTIBILITY, CovidLike
from populace.engine.diseases.custom import Custom
from populace.engine.diseases.seir import Seir
from populace.engine.diseases.sir import Sir
from populace.engine.graph import graph_of
from populace.engine.registry import kinds

ONE_BAND = np.eye(16)[BAND]
EVEN = np.full(16, 1 / 16)


def graph(disease):
    return graph_of(type(disease), disease.values())


@pytest.mark.parametrize("stay", [1, 4, 7.5])
def test_sir_with_a_fixed_stay(stay):
    """Infections on the days 1 to d after one's own: (d + 1) / 2 on average."""
    sir = graph(Sir(infectious_period=stay, infectious_shape=0))
    assert infectious_days(sir, EVEN) == pytest.approx(stay, rel=1e-3)
    assert reproduction_number(sir, EVEN, 0.3, 2.0) == pytest.approx(0.6 * stay, rel=1e-3)
    low, share = math.floor(stay), stay % 1  # half a day is a day more for half of the people
    lags = (1 - share) * low * (low + 1) / 2 + share * (low + 1) * (low + 2) / 2
    assert generation_days(sir, EVEN) == pytest.approx(lags / stay, rel=1e-3)


@pytest.mark.parametrize(("latent", "ill"), [(3.0, 7.0), (8.0, 20.0)])
def test_seir_with_exponential_stays(latent, ill):
    """Latent period and a whole infectious period (continuous time), and half a day of ours."""
    seir = graph(Seir(latent_period=latent, infectious_period=ill))
    assert infectious_days(seir, EVEN) == pytest.approx(ill, rel=1e-3)
    assert generation_days(seir, EVEN) == pytest.approx(latent + ill + 0.5, rel=0.01)


def test_seir_with_erlang_stays():
    """Half the mean and half the mean over k: the mean time in a stay when an infection falls."""
    seir = graph(
        Seir(latent_period=5.0, latent_shape=4, infectious_period=12.0, infectious_shape=4)
    )
    expected = 5.0 + 12.0 / 2 * (1 + 1 / 4) + 0.5
    assert generation_days(seir, EVEN) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("kind", kinds("diseases"))
@pytest.mark.parametrize("band", [0, 7, 15])
def test_infectious_days_are_those_of_the_declaration(kind, band):
    disease = kinds("diseases")[kind]()
    found = infectious_days(graph(disease), np.eye(16)[band])
    assert found == pytest.approx(by_recursion(disease, band), rel=1e-3)


def test_age_bands_are_weighed_by_people_and_susceptibility():
    covid = graph(CovidLike())
    people = np.linspace(1_000, 300, 16)
    each = np.array([infectious_days(covid, band) for band in np.eye(16)])
    weights = people / people.sum() * np.array(SUSCEPTIBILITY)
    found = reproduction_number(covid, people, 0.05, 10.0)
    assert found == pytest.approx(0.5 * weights @ each, rel=1e-6)
    mean = weights @ each / weights.sum()
    assert infectious_days(covid, people) == pytest.approx(mean, rel=1e-6)
    assert found != pytest.approx(0.5 * np.array(SUSCEPTIBILITY).mean() * each.mean(), rel=1e-3)


def test_r0_is_that_of_the_matrix_of_next_generations():
    """Its largest eigenvalue: infections of band i by a person infected in band j."""
    covid = graph(CovidLike())
    people = np.linspace(1.0, 3.0, 16)
    each = np.array([infectious_days(covid, band) for band in np.eye(16)])
    matrix = 0.5 * np.outer(people / people.sum() * np.array(SUSCEPTIBILITY), each)
    largest = np.linalg.eigvals(matrix).real.max()
    assert reproduction_number(covid, people, 0.05, 10.0) == pytest.approx(largest, rel=1e-6)


def test_r0_and_generation_time_of_covid_like_are_those_of_simulated_people():
    """Count the infections by the first infected, who are few among many susceptible people."""
    people, first, contacts = 200_000, 2_000, 4.0
    disease = CovidLike(transmission=0.052, initial_infected=first)
    spec = disease.spec() | {"kind": "covid_like"}
    infections, lags = [], []
    for run in runs(well_mixed(people, spec, contacts), 8):
        start = run.events().agent
        run.run(45)
        events = run.events()
        by_first = np.isin(events.infector, start) & (events.before == 0) & (events.day > 0)
        infections.append(by_first.sum() / first)
        lags.append(events.day[by_first])
    covid = graph(disease)
    expected = reproduction_number(covid, ONE_BAND, 0.052, contacts)
    error = np.std(infections, ddof=1) / math.sqrt(len(infections))
    # A hundredth and a little more of the people are no longer susceptible.
    assert np.mean(infections) == pytest.approx(expected * 0.988, abs=3 * error + 0.01 * expected)
    days = np.concatenate(lags)
    error = days.std() / math.sqrt(len(days))
    assert days.mean() == pytest.approx(generation_days(covid, ONE_BAND), abs=3.5 * error)
    assert AGE // 5 == BAND


def test_the_way_back_to_susceptible_ends_an_infection():
    sis = kinds("diseases")["sis"](infectious_period=9.0, infectious_shape=0)
    assert infectious_days(graph(sis), EVEN) == 9.0
    assert generation_days(graph(sis), EVEN) == 5.0


def test_where_nobody_infects_there_is_no_generation_time():
    nobody = graph(Custom(graph=harmless()))
    assert reproduction_number(nobody, np.eye(16)[0], 0.3, 10.0) == 0.0
    assert infectious_days(nobody, np.eye(16)[0]) == 0.0
    assert math.isnan(generation_days(nobody, np.eye(16)[0]))


def harmless():
    """Return a disease to which children under five are not susceptible."""
    return {
        "states": [
            {"name": "susceptible", "role": "susceptible"},
            {"name": "ill", "role": "infectious"},
            {"name": "recovered", "role": "removed"},
        ],
        "transitions": [
            {"from": "ill", "to": "recovered", "dwell": {"kind": "fixed", "mean": 5}},
        ],
        "susceptibility": [0.0] + [1.0] * 15,
    }
