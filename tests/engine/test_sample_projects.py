"""The bundled samples show what their READMEs say."""

import numpy as np
import pytest

from populace.engine.checks.recursion import expected_shares
from populace.engine.diseases.sir import Sir
from populace.engine.project import Project, sample_names
from populace.engine.simulation import Simulation

BAND = 3  # boys between 15 and 19; age plays no part in SIR


@pytest.fixture(scope="module")
def school():
    return Project.load("school_flu")


@pytest.fixture(scope="module")
def in_bed(school):
    return school.observations[0].series(school.folder)


def expected_curve(transmission, period):
    """Return the expected number of infectious boys on the 14 evenings of the data."""
    disease = Sir(transmission=float(transmission), infectious_period=float(period))
    return 763 * expected_shares(disease, 1.0, 3 / 763, 14, BAND)[1:, 1]


def error(curve, data):
    return float(np.sqrt(np.mean((curve - data) ** 2)))


def test_the_counts_of_the_school_are_the_published_ones(in_bed):
    published = [3, 8, 26, 76, 225, 298, 258, 233, 189, 128, 68, 29, 14, 4]
    assert in_bed.counts.tolist() == published
    assert str(in_bed.dates[0]) == "1978-01-22"
    assert (np.diff(in_bed.dates) == np.timedelta64(1, "D")).all()


def test_the_schools_numbers_are_the_least_squares_fit_of_the_daily_scheme(school, in_bed):
    from scipy.optimize import minimize

    # The tables of stays change in steps of 1/1024 of a day, so the search uses no slopes.
    fit = minimize(
        lambda at: error(expected_curve(at[0], at[1]), in_bed.counts), [2.3, 2.5],
        method="Nelder-Mead", bounds=[(0.5, 5), (1.1, 6)], options={"xatol": 1e-3, "fatol": 1e-3},
    )  # fmt: skip
    transmission = school.value("disease.transmission")
    period = school.value("disease.infectious_period")
    assert [transmission, period] == pytest.approx(fit.x, rel=0.02)
    stated = error(expected_curve(transmission, period), in_bed.counts)
    assert stated == pytest.approx(20.4, abs=0.05)
    assert stated < fit.fun * 1.02


def test_the_schools_seed_gives_a_run_close_to_the_expected_curve(school, in_bed):
    run = Simulation(school)
    curve = []
    for _ in range(14):
        run.step()
        curve.append(run.counts[:, 1].sum())
    expected = expected_curve(
        school.value("disease.transmission"), school.value("disease.infectious_period")
    )
    assert error(np.array(curve), expected) < 6
    assert error(np.array(curve), in_bed.counts) == pytest.approx(19.8, abs=0.1)


def test_new_york_has_its_residents_networks_and_levers():
    city = Project.load("nyc_covid")
    assert city.value("population.people") == 8_804_190
    kinds = {network.kind_name() for network in city.networks}
    assert kinds == {"household", "school", "workplace", "community"}
    assert city.value("policies.masks.coverage") == 0.0
    assert str(city.date_of(0)) == "2020-03-01"


@pytest.fixture(scope="module")
def care():
    """Return what three runs of `care_first` give with each order of vaccination."""
    project, found = Project.load("care_first"), {}
    world = Simulation(project).world
    carers = world.people.attributes["carer"].values == 1
    for order in ("by attribute first", "oldest first", "at random"):
        ordered, rows = project.with_values({"policies.vaccination.order": order}), []
        for seed in (1, 2, 3):
            run = Simulation(ordered, seed=seed, world=world)
            run.run(project.days)
            infected = np.unique(run.events().agent[run.events().before == 0])
            dead = [state.role == "dead" for state in run.states]
            of_carers = carers[infected].sum() / carers.sum()
            rows.append([len(infected), of_carers, run.counts[:, dead].sum()])
        found[order] = np.mean(rows, axis=0)
    return found


@pytest.mark.slow
def test_carers_first_spares_carers_and_chance_spares_infections_but_no_lives(care):
    """The table of the README, from fewer runs."""
    table = {
        "by attribute first": (16_900, 0.14, 49),
        "oldest first": (18_200, 0.22, 50),
        "at random": (12_700, 0.17, 65),
    }
    for order, stated in table.items():
        row = care[order]
        assert row[:2] == pytest.approx(stated[:2], rel=0.15)
        assert row[2] == pytest.approx(stated[2], abs=13)  # 3 standard errors of three runs
    first, oldest, random = (care[order] for order in table)
    assert first[1] < 0.75 * oldest[1]
    assert random[0] < 0.85 * first[0]
    assert random[2] > first[2]


@pytest.mark.parametrize("name", sample_names())
def test_every_sample_says_what_it_assumes_and_where_its_numbers_are_from(name):
    text = (Project.load(name).folder / "README.md").read_text()
    assert "question for a class" in text
    assert "## What is assumed" in text
    assert "## Source" in text
