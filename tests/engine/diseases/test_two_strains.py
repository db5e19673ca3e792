"""Two strains: each alone is SEIR, and together they are what theory says at both ends."""

import numpy as np
import pytest

from populace.engine.analysis.record import Record
from populace.engine.checks.recursion import expected_run, final_size
from populace.engine.checks.trial import BAND, runs, well_mixed, world_of
from populace.engine.diseases.base import entered_by_infection
from populace.engine.diseases.two_strains import TwoStrains
from populace.engine.errors import ProjectError
from populace.engine.events import NOBODY
from populace.engine.graph import graph_of
from populace.engine.project import Project
from populace.engine.protection import Protection, contact_tables
from populace.engine.simulation import Simulation

PEOPLE, SEEDS = 60_000, 6
TWO = {
    "kind": "two_strains",
    "transmission": 0.25,
    "latent_period": 2,
    "second_latent_period": 4,
    "infectious_period": 6,
    "second_infectious_period": 8,
    "initial_infected": 0,
    "second_people": 0.0,
}
FIRST = ("exposed_first", "exposed_first_again")
SECOND = ("exposed_second", "exposed_second_again")


def attack(project, days=900, seeds=SEEDS):
    """Return the share of people that each strain infects, as a mean of runs, and its error."""
    found = []
    for run in runs(project, seeds, world_of(project)):
        run.run(days)
        events, names = run.events(), [state.name for state in run.states]
        entered = [sum(np.count_nonzero(events.after == names.index(one)) for one in strain)
                   for strain in (FIRST, SECOND)]  # fmt: skip
        assert sum(entered) == run.ever_infected
        found.append(np.array(entered) / PEOPLE)
    return np.mean(found, axis=0), np.std(found, axis=0, ddof=1) / seeds**0.5


def near(measured, error, reference):
    assert np.all(np.abs(measured - reference) <= np.maximum(3.5 * error, 0.01 * reference))


def test_the_second_strain_alone_is_seir_with_its_numbers():
    alone = TWO | {"advantage": 1.2, "second_people": 300.0, "second_day": 1}
    measured, error = attack(well_mixed(PEOPLE, alone))
    assert measured[0] == 0
    r0, first = 0.25 * 1.2 * 8, 300 / PEOPLE
    near(measured[1], error[1], final_size(r0, first))


def test_the_first_strain_alone_is_seir_with_its_numbers():
    measured, error = attack(well_mixed(PEOPLE, TWO | {"initial_infected": 300}))
    near(measured[0], error[0], final_size(0.25 * 6, 300 / PEOPLE))
    assert measured[1] == 0


def test_with_full_cross_immunity_they_compete_as_one():
    """Nobody is infected twice, and equal strains together are one strain."""
    same = {"advantage": 1.0, "second_latent_period": 2, "second_infectious_period": 6}
    immune = {"immunity_to_first": 1.0, "immunity_to_second": 1.0}
    start = {"initial_infected": 150, "second_people": 150.0, "second_day": 1}
    project = well_mixed(PEOPLE, TWO | same | immune | start)
    measured, error = attack(project)
    near(measured.sum(), error.max(), final_size(0.25 * 6, 300 / PEOPLE))
    assert measured.sum() < 1
    run = next(runs(project, 1))
    run.run(300)
    table = run.events()
    assert len(np.unique(table.agent[table.before == 0])) == run.ever_infected


def test_without_cross_immunity_one_after_the_other_is_as_if_alone():
    strangers = {"immunity_to_first": 0.0, "immunity_to_second": 0.0, "advantage": 1.2}
    start = {"initial_infected": 300, "second_people": 300.0, "second_day": 600}
    measured, error = attack(well_mixed(PEOPLE, TWO | strangers | start), days=1_300)
    near(measured, error, np.array([final_size(1.5, 0.005), final_size(0.25 * 1.2 * 8, 0.005)]))


@pytest.mark.parametrize("immunity", [(0.0, 0.0), (0.4, 0.8), (1.0, 0.3)])
def test_side_by_side_they_follow_the_daily_recursion(immunity):
    some = {"immunity_to_second": immunity[0], "immunity_to_first": immunity[1]}
    start = {"initial_infected": 300, "second_people": 300.0, "second_day": 25, "advantage": 1.3}
    project = well_mixed(PEOPLE, TWO | some | start)
    _, new = expected_run(project.disease, 1.0, 300 / PEOPLE, 900, BAND, PEOPLE)
    measured, error = attack(project)
    near(measured, error, new.sum(axis=0))


def test_sliders_of_cross_immunity_act_while_it_runs():
    start = {"initial_infected": 300, "second_imports_per_week": 20.0, "second_day": 200}
    immune = {"immunity_to_first": 1.0, "immunity_to_second": 1.0}
    run = Simulation(well_mixed(PEOPLE, TWO | start | immune | {"transmission": 0.5}))
    run.run(300)
    before = run.ever_infected
    run.run(50)
    assert run.ever_infected - before < 50
    run.set("disease.immunity_to_second", 0.0)
    run.run(200)
    assert run.ever_infected > before + 0.5 * PEOPLE


def test_escape_evades_protection_at_a_contact_and_not_distance():
    classes = [Protection(), Protection(susceptibility=0.2, outside=0.5)]
    one_block = np.ones((2, 1)), np.ones((2, 1, 1))
    spread, shield = contact_tables(classes, [True, False], *one_block, escapes=(0.0, 0.75))
    left = (shield[:, 0, 1] / 2**16).tolist()
    assert left == pytest.approx([0.2, 0.1, 0.8, 0.4], abs=1e-4)
    assert (spread.shape, shield.shape) == ((2, 2), (4, 1, 2))
    assert (shield[:, 0, 0] == 2**16).all()


def vaccinated(escape):
    """Run with everybody vaccinated on the first days, by a vaccine that lets nothing through."""
    disease = {"second_people": 60.0, "second_day": 60, "transmission": 0.5, "advantage": 1.0}
    vaccine = {"efficacy_first": 1.0, "efficacy_second": 1.0, "doses": 1, "delay_days": 0}
    disease |= {"immunity_to_second": 0.0, "imports_per_week": 2.0, "escape": escape}
    project = well_mixed(3_000, TWO | disease)
    spec = project.spec()
    campaign = {"kind": "vaccination", "doses_per_day": 10_000.0, "hesitant": 0.0}
    return Simulation(Project.from_spec({**spec, "policies": [campaign | vaccine]}))


@pytest.mark.parametrize("escape", [0.0, 0.5, 1.0])
def test_vaccines_stop_the_first_strain_and_the_second_as_far_as_it_does_not_escape(escape):
    """R0 is 4 without vaccines: half of it is left with an escape of one half."""
    run = vaccinated(escape)
    run.run(400)
    events = run.events()
    had_second = np.count_nonzero(np.isin(events.after, (4, 9)))  # exposed to it
    # Those from elsewhere are infected, vaccinated or not.
    arrived = 60 / 3_000
    expected = final_size(4 * escape, arrived) if escape else arrived
    assert had_second / 3_000 == pytest.approx(expected, abs=0.04 if escape else 0.001)
    first = np.isin(events.after, (1, 7)) & (events.day > 10)
    assert first.sum() > 20
    assert (events.infector[first] == NOBODY).all(), "nobody infects the vaccinated"


def test_the_record_of_a_run_goes_by_infections_not_by_states():
    """Those who had the other strain before count again, with an infection of their own."""
    start = {"initial_infected": 200, "second_people": 100.0, "second_day": 40}
    some = {"immunity_to_first": 0.2, "immunity_to_second": 0.3}
    project = well_mixed(5_000, TWO | start | some | {"second_imports_per_week": 20.0})
    run = Simulation(project)
    run.run(200)
    record = Record.of(run)
    episodes = record.episodes
    assert len(episodes) == run.ever_infected
    again = ~episodes.first
    assert again.sum() > 300
    assert (episodes.previous[again] >= 0).all()
    assert (episodes.number <= 1).all(), "there are two strains to catch"
    outside = (record.events.infector == NOBODY) & (record.events.day > 0)
    entered = np.array(entered_by_infection(record.states))
    imported = outside & entered[record.events.after]
    assert (episodes.source[episodes.day > 0] < 0).sum() == imported.sum() > 100


def test_a_strain_infects_with_its_own_kind_alone():
    start = {"initial_infected": 200, "second_people": 100.0, "second_day": 20}
    project = well_mixed(5_000, TWO | start | {"immunity_to_first": 0.2, "immunity_to_second": 0.3})
    run = Simulation(project)
    strain = np.array([state.strain for state in TwoStrains.states(project.disease.values())])
    seen = np.zeros(2, int)
    for _ in range(120):
        before = run.state
        run.step()
        for block in run.log.day(run.day):
            rows = block.infector >= 0
            source = strain[before[block.infector[rows]]]
            assert (source == strain[block.after[rows]]).all()
            seen += np.bincount(source, minlength=2)
    assert (seen > 500).all()


@pytest.mark.parametrize("k", [100.0, 0.3])
def test_both_kernels_write_the_same_events(k):
    people = {"kind": "boarding_school"}
    start = {"initial_infected": 20, "second_people": 20.0, "second_day": 15, "dispersion": k}
    some = {"immunity_to_first": 0.2, "immunity_to_second": 0.3, "imports_per_week": 10.0}
    project = Project.from_spec(
        {
            "name": "Both",
            "population": people,
            "networks": [{"kind": "household"}, {"kind": "school"}, {"kind": "community"}],
            "disease": TWO | start | some | {"transmission": 0.1},
            "policies": [{"kind": "vaccination"}],
            "behaviours": [{"kind": "isolate_when_ill"}],
        }
    )
    digests = set()
    for device in ("cpu", "reference"):
        run = Simulation(project, device=device)
        run.run(40)
        run.set("disease.escape", 1.0)
        run.set("disease.immunity_to_first", 0.0)
        run.run(40)
        digests.add(run.events_sha256())
        assert run.ever_infected > 900
    assert len(digests) == 1


def test_a_graph_with_strains_that_do_not_fit_is_refused():
    class Wrong(TwoStrains):
        @classmethod
        def states(cls, values):
            states = list(TwoStrains.states(values))
            states[3] = type(states[3])("recovered_first", "", "removed", "recovered",
                                        catches=states[0].catches[:1])  # fmt: skip
            return tuple(states)

    with pytest.raises(ProjectError, match='must say how each strain is caught: "recovered_first"'):
        graph_of(Wrong, Wrong().values())


def test_people_of_a_strain_have_a_colour_of_their_own():
    states = TwoStrains.states(TwoStrains().values())
    infected = {(one.strain, one.colour) for one in states if one.role in ("latent", "infectious")}
    assert infected == {(0, "exposed"), (1, "infectious")}
