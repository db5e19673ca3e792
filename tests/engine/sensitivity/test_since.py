"""From today on, or of an area: the run until today is the run's own, and estimates stay right."""

import numpy as np
import pytest

from populace.engine.acceptance import acceptance_of
from populace.engine.project import Project
from populace.engine.sensitivity import paired
from populace.engine.sensitivity.estimate import PAIRED, following, sensitivity
from populace.engine.sensitivity.history import history_of
from populace.engine.sensitivity.outcome import Outcome
from populace.engine.sensitivity.since import Since
from populace.engine.sensitivity.staged import Spread, of_one_run
from populace.engine.simulation import Simulation

TRANSMISSION, SHARE = "disease.transmission", "behaviours.isolate_when_ill.share_isolating"
TOWN = {
    "name": "Town",
    "days": 60,
    "population": {"kind": "town", "people": 3_000},
    "networks": [{"kind": kind} for kind in ("household", "school", "workplace", "community")],
    "disease": {"kind": "covid_like", "transmission": 0.12, "initial_infected": 60},
    "behaviours": [{"kind": "isolate_when_ill", "share_isolating": 0.3}],
}
# A slider was moved down on day 11, and once more for tomorrow.
TODAY = Since.read(20, [[21, TRANSMISSION, 0.08], [11, TRANSMISSION, 0.09]])


@pytest.fixture(scope="module")
def project():
    return Project.from_spec(TOWN)


@pytest.fixture(scope="module")
def world(project):
    return Simulation(project).world


def test_the_days_until_today_are_those_of_the_run_itself(project, world):
    run = Simulation(project, world=world)
    run.run(10)
    run.set(TRANSMISSION, 0.09)
    run.run(10)
    again = TODAY.begin(project, world, project.seed)
    for day in range(1, 21):
        again.step()
        TODAY.evening(again, day)
    assert again.events_sha256() == run.events_sha256()
    assert again.value(TRANSMISSION) == 0.08
    assert TODAY.now(project).value(TRANSMISSION) == 0.08


def test_the_slope_from_today_on_is_that_of_paired_runs_from_today_on(project, world):
    found = sensitivity(project, [TRANSMISSION], "infections", 16, 60, world=world, since=TODAY)
    [one] = found.estimates
    assert (one.value, one.method) == (0.08, "leave one out")
    assert found.audit.passed
    first = Simulation(project, world=world)
    outcome = Outcome.of("infections", first, 60).after(20)
    seeds = range(500, 524)
    truth = paired.slopes(project, TRANSMISSION, outcome, 60, seeds, world, since=TODAY)
    error = np.hypot(truth.std(ddof=1) / len(truth) ** 0.5, one.error)
    assert error < 0.2 * truth.mean()
    assert one.slope == pytest.approx(truth.mean(), abs=3 * error)


def test_only_what_is_to_come_counts(project, world):
    later = Outcome.of("infections", Simulation(project, world=world), 60).after(20)
    run = Simulation(project, world=world)
    run.run(20)
    before = run.ever_infected
    run.run(40)
    assert later.total(run) == run.ever_infected - before


def test_the_share_who_take_up_a_behaviour_from_today_on_is_by_paired_runs(project, world):
    found = sensitivity(project, [SHARE], "infections", 4, 40, world=world, since=TODAY)
    [one] = found.estimates
    assert one.method == PAIRED
    assert "made up their minds" in one.why


def test_two_areas_together_are_the_town(project, world):
    spread = Spread(3_000, 4, {TRANSMISSION: 1.0}, 1.0)

    def slope(where):
        found = of_one_run(project, [TRANSMISSION], "infections", world, spread, where=where)
        return found.estimates[0].slope, found.total, found.audit.measured

    west = world.people.x < np.median(world.people.x)
    parts = slope(lambda people: west), slope(lambda people: ~west)
    whole = slope(lambda people: None)
    assert all(part > 0 for part, _, _ in parts)
    assert np.allclose(parts[0][:2] + np.array(parts[1][:2]), whole[:2])


def test_a_smaller_city_has_its_part_of_what_is_supplied():
    policies = [{"kind": "vaccination", "doses_per_day": 100.0}]
    town = Project.from_spec(TOWN | {"policies": policies})
    doses = next(one.path for one in town.quantities() if getattr(one.declaration, "supply", False))
    small = town.with_values({"population.people": 300, doses: 10.0})
    since = Since.read(5, [[2, doses, 200.0], [3, TRANSMISSION, 0.1]])
    assert since.resized(town, small).changes == ((2, doses, 20.0), (3, TRANSMISSION, 0.1))


@pytest.mark.parametrize(
    ("part", "path"),
    [
        (
            {"policies": [{"kind": "lockdown", "reduction": 0.6, "start_day": 5}]},
            "policies.lockdown.reduction",
        ),
        ({}, SHARE),
    ],
)
def test_a_policy_and_a_behaviour_that_are_moved_are_not_moved_in_days_gone_by(part, path, world):
    town = Project.from_spec(TOWN | part)
    since = Since.read(20, [[21, path, 0.1]])
    run = since.begin(town, world, town.seed)
    past = history_of(run, 30, [TRANSMISSION], following(run, since, lambda day: None))
    for day, value in (20, town.value(path)), (21, 0.1):
        table = past.setting.tables[past.setting.version[day]]
        other = Simulation(town.with_value(path, value), world=world)
        other.run(day)
        graph, _, numbers = other.in_force()
        usual = acceptance_of(world, graph, run.in_force()[1], numbers)
        assert np.array_equal(table.marks, usual.marks)
        assert np.array_equal(table.conduct_marks, usual.conduct_marks)
