"""Travel limits: contacts between regions fall away, and no others."""

import numpy as np
import pytest

from populace.engine.errors import ProjectError
from populace.engine.project import Project

GRAVITY = [{"kind": "household"}, {"kind": "workplace"}, {"kind": "gravity", "outside": 0.5}]
RADIATION = [{"kind": "household"}, {"kind": "radiation", "outside": 0.5}]
SEIR = {"kind": "seir", "initial_infected": 60, "transmission": 0.03}
LIMIT = {"kind": "travel_limits"}


def between(run):
    """Return for each network the infections within regions and between them."""
    table = run.events()
    rows = table.infector >= 0
    region = run.people.region_index
    crossed = region[table.agent[rows]] != region[table.infector[rows]]
    network = table.network[rows]
    counts = [np.bincount(network[crossed == side], minlength=4) for side in (False, True)]
    return {
        name: (int(counts[0][index]), int(counts[1][index]))
        for index, name in enumerate(run.network_names)
    }


@pytest.fixture
def travel(city):
    return lambda policies, networks=GRAVITY, device="cpu": city(
        policies, device, networks=networks, disease=SEIR
    )


@pytest.mark.parametrize("networks", [GRAVITY, RADIATION])
def test_no_contact_between_regions_is_left_and_those_within_are(travel, networks):
    plain, run = travel([], networks), travel([LIMIT | {"reduction": 1.0}], networks)
    for one in (plain, run):
        one.run(80)
    for name, (_, crossed) in between(plain).items():
        assert (crossed > 50) == (name != "household")
    assert all(crossed == 0 for _, crossed in between(run).values())
    assert sum(within for within, _ in between(run).values()) > 100


def test_travel_networks_alone_may_be_limited(travel):
    limit = LIMIT | {"reduction": 1.0, "reach": "gravity, radiation and commuting"}
    run = travel([limit])
    run.run(80)
    assert between(run)["gravity"][1] == 0
    assert between(run)["workplace"][1] > 50


def test_half_of_the_contacts_between_regions_is_half_of_the_first_infections(travel):
    """On the first days hardly anybody is infected twice, so infections follow contacts."""
    crossed, within = np.zeros(2), np.zeros(2)
    for row, policies in enumerate(([], [LIMIT | {"reduction": 0.5}])):
        for seed in range(12):
            spec = travel(policies).project.spec() | {"seed": seed}
            spec["disease"] = SEIR | {"initial_state": "infectious", "initial_infected": 100}
            run = type(travel(policies))(Project.from_spec(spec))
            run.run(3)
            within[row] += sum(pair[0] for pair in between(run).values())
            crossed[row] += sum(pair[1] for pair in between(run).values())
    assert crossed[0] > 500
    assert crossed[1] / crossed[0] == pytest.approx(0.5, abs=0.06)
    assert within[1] / within[0] == pytest.approx(1.0, abs=0.06)


def test_limits_begin_and_end_with_their_dates_and_can_be_moved(travel):
    run = travel([LIMIT | {"reduction": 1.0, "start_day": 20, "end_day": 40}])
    days = []
    for _ in range(60):
        before = sum(pair[1] for pair in between(run).values())
        run.step()
        days.append(sum(pair[1] for pair in between(run).values()) - before)
    assert sum(days[:19]) > 0
    assert sum(days[19:39]) == 0
    assert sum(days[39:]) > 0
    run = travel([LIMIT | {"reduction": 0.0}])
    run.run(30)
    run.set("policies.travel_limits.reduction", 1.0)
    before = between(run)
    run.run(20)
    assert [pair[1] for pair in between(run).values()] == [pair[1] for pair in before.values()]


@pytest.mark.parametrize("ages", [{}, {"target_age_min": 30}])
def test_both_kernels_agree(travel, ages):
    policies = [
        LIMIT | {"reduction": 0.8, "start_day": 10, "fade_in_days": 5} | ages,
        {"kind": "lockdown", "reduction": 0.3, "target_age_max": 40},
        {"kind": "vaccination", "doses_per_day": 50},
    ]
    runs = [travel(policies, device=device) for device in ("cpu", "reference")]
    for run in runs:
        run.run(70)
    assert runs[0].ever_infected > 500
    assert runs[0].events_sha256() == runs[1].events_sha256()


def test_whoever_is_in_the_target_does_not_travel_and_is_not_visited(travel):
    run = travel([LIMIT | {"reduction": 1.0, "target_age_min": 30}])
    run.run(80)
    table, people = run.events(), run.people
    rows = table.infector >= 0
    one, other = table.agent[rows], table.infector[rows]
    crossed = people.region_index[one] != people.region_index[other]
    old = (people.age[one] >= 30) | (people.age[other] >= 30)
    assert not (crossed & old).any()
    assert (crossed & ~old).sum() > 20


def test_limits_without_a_network_that_they_reach_are_refused_in_words():
    spec = {
        "name": "x",
        "population": {"kind": "well_mixed", "people": 100},
        "networks": [{"kind": "well_mixed"}],
        "disease": {"kind": "sir"},
        "policies": [LIMIT | {"reach": "gravity, radiation and commuting"}],
    }
    with pytest.raises(ProjectError, match=r"policies\[0\].reach: does nothing: there is none"):
        Project.from_spec(spec)
