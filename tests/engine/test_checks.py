"""Anchors: what is known without a simulator comes out of this one."""

import numpy as np
import pytest

from populace.engine.checks import invariants, theory
from populace.engine.checks.checklist import (
    checklist,
    kernel_projects,
    own_disease,
    scaled_down,
)
from populace.engine.checks.recursion import (
    dwell_shares,
    expected_shares,
    extinction,
    final_size,
    infectious_days,
)
from populace.engine.checks.result import Figure, Result, mean_against, share_against
from populace.engine.checks.trial import BAND, well_mixed
from populace.engine.project import Project
from populace.engine.simulation import Simulation


def holds(figures):
    """Take every figure; a failure shows all of them."""
    result = Result("anchor", tuple(figures))
    assert result.figures
    assert result.passed, result.line()


@pytest.mark.slow
def test_final_size_meets_the_equation_at_four_r0():
    holds(theory.final_sizes(people=100_000, seeds=20))


@pytest.mark.slow
def test_the_seir_curve_meets_the_daily_recursion():
    holds(theory.seir_curve(people=100_000, seeds=20))


@pytest.mark.slow
def test_single_cases_die_out_as_often_as_the_recursion_says():
    holds(theory.extinctions(introductions=10_000))


@pytest.mark.slow
def test_where_few_infect_most_nearly_all_single_cases_die_out():
    holds(theory.spreaders(introductions=20_000))


def test_households_of_three_follow_reed_and_frost():
    holds(theory.reed_frost(households=200_000))


def test_mean_stays_are_the_declared_days():
    holds(theory.dwell_means(people=50_000))


def test_exposed_people_infect_nobody():
    project = well_mixed(20_000, theory.SEIR | {"latent_period": 10, "initial_infected": 20})
    holds(invariants.sources_are_infectious(project, days=150))


@pytest.mark.parametrize("number", range(len(kernel_projects())))
def test_people_are_conserved_and_the_log_explains_every_count(number):
    holds(invariants.conservation(kernel_projects()[number], days=100))


@pytest.mark.parametrize("number", range(len(kernel_projects())))
def test_closed_networks_make_no_cases(number):
    holds(invariants.no_transmission(kernel_projects()[number], days=100))


def test_a_disease_that_never_passes_on_makes_no_cases():
    project = well_mixed(10_000, theory.SEIR | {"transmission": 0, "initial_infected": 500})
    run = Simulation(project)
    run.run(60)
    assert run.ever_infected == 500


def test_any_order_of_the_lists_in_the_file_gives_the_same_events():
    holds(invariants.order_of_networks(kernel_projects()[1], days=100))


def test_other_numbers_for_the_same_people_leave_the_distribution():
    holds(invariants.shuffled_people(people=2_000, seeds=50))


def test_the_reference_kernel_writes_the_same_events():
    holds(invariants.kernels_agree(kernel_projects(), days=100))


@pytest.mark.slow
def test_one_thread_and_two_write_the_same_events():
    holds(invariants.threads_agree(days=60))


@pytest.mark.slow
def test_three_runs_at_once_in_one_process_do_not_disturb_each_other():
    holds(invariants.three_at_once(days=60))


@pytest.mark.slow
def test_a_disease_with_ages_and_hospital_meets_the_daily_recursion():
    holds(own_disease(Project.load("nyc_covid"), people=100_000, seeds=20))


@pytest.mark.parametrize(
    ("r0", "share"), [(1.5, 0.5828), (2.0, 0.7968), (2.5, 0.8926), (3.0, 0.9405)]
)
def test_the_reference_for_final_sizes_is_the_textbooks(r0, share):
    assert final_size(r0, 0.0) == pytest.approx(share, abs=5e-5)


def test_the_recursion_ends_where_the_seir_equations_end():
    start = {"initial_infected": 100, "initial_state": "infectious"}
    disease = well_mixed(100_000, theory.SEIR | start).disease
    shares = expected_shares(disease, 1.0, 0.001, 600, BAND)
    assert 1 - shares[-1, 0] == pytest.approx(theory.ODE["final"], abs=1e-3)
    assert np.allclose(shares.sum(axis=1), 1.0)
    assert (shares > -1e-12).all()


def test_the_reference_for_extinction_with_a_fixed_stay_is_the_textbooks():
    assert extinction(0.5, [0, 0, 0, 0, 1.0]) == pytest.approx(0.2032, abs=5e-5)


def test_infectious_days_are_weighted_by_infectiousness():
    disease = well_mixed(10, theory.SEIR | {"initial_infected": 0}).disease
    assert infectious_days(disease, BAND) == pytest.approx(7.0)
    stays = dwell_shares(disease.transitions(disease.values())[1])
    assert stays @ np.arange(len(stays)) == pytest.approx(7.0, rel=1e-3)


def test_a_figure_that_is_off_fails():
    assert mean_against("", [0.50, 0.51, 0.49], 0.50).passed
    assert not mean_against("", [0.60, 0.61, 0.59], 0.50).passed
    assert share_against("", 810, 1_000, 0.81).passed
    assert not share_against("", 700, 1_000, 0.81).passed
    assert not Figure("", float("nan"), 0.5, 1.0).passed


def test_the_wrong_length_of_an_illness_is_noticed(monkeypatch):
    # Stays rounded up, a known fault of other programs: 4 days become 4.5.
    honest = theory.well_mixed

    def longer(people, disease, contacts=1.0):
        return honest(people, {**disease, "infectious_period": 4.5}, contacts)

    monkeypatch.setattr(theory, "well_mixed", longer)
    assert not Result("", tuple(theory.final_sizes(people=20_000, seeds=4))).passed


def test_a_lost_person_is_noticed(monkeypatch):
    honest = Simulation.counts.fget

    def one_short(run):
        counts = honest(run).copy()
        counts[0, 0] -= run.day == 7
        return counts

    monkeypatch.setattr(Simulation, "counts", property(one_short))
    project = well_mixed(1_000, theory.SEIR | {"initial_infected": 10})
    assert not Result("", tuple(invariants.conservation(project, days=10))).passed


def test_infections_by_people_who_are_not_infectious_are_noticed(monkeypatch):
    project = well_mixed(1_000, theory.SEIR | {"initial_infected": 50})
    monkeypatch.setattr(
        Simulation, "state", property(lambda run: np.ones(run.people.agent_count, np.uint8))
    )
    assert not Result("", tuple(invariants.sources_are_infectious(project, days=20))).passed


def test_a_large_project_is_checked_with_fewer_people():
    small = scaled_down(Project.load("nyc_covid"))
    assert small.value("population.people") == 100_000
    assert scaled_down(small) is small


def test_the_checklist_names_each_check_once():
    titles = [check.title for check in checklist(Project.load("school_flu"))]
    assert len(titles) == len(set(titles))
    assert titles[0].startswith("Your disease")
