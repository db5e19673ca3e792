"""A pass over many scenarios: each has, to the last event, what it has when it is run alone."""

import numpy as np
import pytest

from populace.engine.errors import ProjectError
from populace.engine.kernels import side_by_side
from populace.engine.kernels.alongside import Memory
from populace.engine.project import Project
from populace.engine.scenarios.one_pass import OnePass, in_passes
from populace.engine.shared_world import shared_world
from populace.engine.simulation import Simulation, no_progress

TOWN = {
    "name": "Town",
    "days": 45,
    "population": {"kind": "town", "people": 1_500},
    "networks": [{"kind": name} for name in ("household", "school", "workplace", "community")],
    "disease": {"kind": "sir", "initial_infected": 20},
}
COVID = {"kind": "covid_like", "transmission": 0.12, "initial_infected": 30}
ISOLATE = {"kind": "isolate_when_ill", "share_isolating": 0.6}


def scaled(**values):
    return {"disease": TOWN["disease"] | values}


def covid(**values):
    return {"disease": COVID | values}


def policies(*listed):
    return covid() | {"policies": list(listed)}


# The changes of each scenario, the baseline first.
SETS = {
    "rates above and below the usual": [
        {},
        scaled(transmission=0.02),
        scaled(transmission=0.35),
        scaled(transmission=0.6),
        {"networks": [*TOWN["networks"][:3], {"kind": "community", "intensity": 2.5}]},
        {"networks": [{"kind": "household", "intensity": 0.0}, *TOWN["networks"][1:]]},
    ],
    "policies that begin, fade and end": [
        policies(),
        policies({"kind": "masks", "coverage": 0.8, "effect": 0.5, "start_day": 5}),
        policies({"kind": "lockdown", "start_day": 8, "end_day": 20, "fade_in_days": 5}),
        policies(
            {"kind": "school_closure", "trigger": "incidence", "trigger_on": 2_000.0},
            {"kind": "lockdown", "reduction": 1.0, "start_day": 30},
        ),
        policies({"kind": "travel_limits", "reduction": 0.9}),
    ],
    "policies for some people": [
        policies({"kind": "distancing", "coverage": 0.5}),
        policies({"kind": "distancing", "coverage": 0.9}),
        policies({"kind": "distancing", "target_age_min": 60}),
        policies({"kind": "work_from_home", "share_at_home": 0.5, "coverage": 0.7}),
        policies(
            {"kind": "masks", "coverage": 0.9, "target_age_max": 20},
            {"kind": "travel_limits", "reduction": 0.7, "coverage": 0.6},
        ),
    ],
    "uneven people, arrivals and behaviour": [
        covid(dispersion=0.1, imports_per_week=20.0) | {"headroom": 1.0, "behaviours": [ISOLATE]},
        covid(dispersion=0.1, imports_per_week=20.0, infectiousness_without_symptoms=0.2)
        | {"headroom": 1.0, "behaviours": [ISOLATE]},
        covid(dispersion=0.1, imports_per_week=20.0, transmission=0.3)
        | {"headroom": 1.0, "behaviours": [ISOLATE | {"reduction": 0.1}]},
    ],
    "lists of contacts": [
        {"networks": [{"kind": "configuration"}, {"kind": "small_world"}]}
        | {"disease": {"kind": "seir", "transmission": rate, "initial_infected": 20}}
        for rate in (0.05, 0.06, 0.2)
    ],
}  # fmt: skip


def projects(changes):
    return {str(number): Project.from_spec(TOWN | one) for number, one in enumerate(changes)}


def passed(given, seed=1):
    world = shared_world(given["0"], no_progress)
    return OnePass(given, world, seed), world


@pytest.mark.parametrize("changes", SETS.values(), ids=SETS)
@pytest.mark.parametrize("seed", [1, 77])
def test_every_event_is_that_of_the_separate_run(changes, seed):
    given = projects(changes)
    together, world = passed(given, seed)
    together.run()
    digests = set()
    for label, project in given.items():
        alone = Simulation(project, world=world, seed=seed)
        alone.run(project.days)
        assert together.simulations[label].events_sha256() == alone.events_sha256(), label
        assert together.simulations[label].ever_infected == alone.ever_infected
        assert np.array_equal(together.simulations[label].state, alone.state)
        digests.add(alone.events_sha256())
    assert len(digests) == len(given), "scenarios that differ are needed to see anything"


@pytest.mark.parametrize("name", ["policies that begin, fade and end", "policies for some people"])
def test_every_figure_of_every_day_is_that_of_the_separate_run(name):
    given = projects(SETS[name])
    together, world = passed(given)
    alone = {label: Simulation(one, world=world, seed=1) for label, one in given.items()}
    for _ in range(together.days):
        together.step()
        for label, run in alone.items():
            run.step()
            ours, theirs = together.simulations[label].snapshot(), run.snapshot()
            for figure in ("counts", "new_infections", "infections_by_lag", "imported"):
                found, wanted = (getattr(one, figure) for one in (ours, theirs))
                assert np.array_equal(found, wanted), (label, figure, ours.day)
            assert together.simulations[label].policy_strengths == run.policy_strengths


def test_a_pass_that_runs_out_of_room_or_has_more_threads_gives_the_same(monkeypatch):
    given = projects(SETS["lists of contacts"])
    usual, world = passed(given)
    usual.run()
    monkeypatch.setattr(side_by_side, "ONE_THREAD_BELOW", 0)
    monkeypatch.setattr(side_by_side, "ROOM", 1 / 64)
    narrow = OnePass(given, world, 1)
    narrow.run()
    for label, run in usual.simulations.items():
        assert narrow.simulations[label].events_sha256() == run.events_sha256()


def test_a_pass_in_the_memory_of_another_gives_the_same():
    given, memory = projects(SETS["rates above and below the usual"]), Memory()
    usual, world = passed(given)
    usual.run()
    OnePass(projects(SETS["policies that begin, fade and end"]), world, 5, memory).run()
    again = OnePass(given, world, 1, memory)
    again.run()
    for label, run in usual.simulations.items():
        assert again.simulations[label].events_sha256() == run.events_sha256()


def test_it_ends_with_the_days_that_it_was_made_for():
    together, _ = passed(projects(SETS["lists of contacts"][:1]))
    together.run()
    with pytest.raises(ValueError, match="ends after 45 days"):
        together.step()


REFUSED = {
    "policies.vaccination: it acts on single people": {"policies": [{"kind": "vaccination"}]},
    "disease.symptomatic_period: it changes more": covid(symptomatic_period=6.0),
    "disease.initial_infected: it changes more": covid(initial_infected=31),
    "disease.imports_per_week: it changes more": covid(imports_per_week=7.0),
    "disease.dispersion: it changes more": covid(dispersion=0.5),
    "disease: it is another one": {"disease": {"kind": "sir"}},
    "people become susceptible again": {"disease": {"kind": "seirs"}},
    "people can catch it again": {"disease": {"kind": "two_strains"}},
    "people are born and die": covid(turnover=True),
    "population: it is another one": {"population": {"kind": "town", "people": 1_400}},
    "networks.community: it is not in both": {"networks": [{"kind": "household"}]},
    "behaviours.isolate_when_ill: it is not in both": {"behaviours": [ISOLATE]},
    "headroom: 4 and 2": {"headroom": 2.0},
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_what_does_not_fit_is_refused_by_its_name(change, request):
    reason = request.node.callspec.id
    given = projects([covid(), covid() | change])
    world = shared_world(given["0"], no_progress)
    with pytest.raises(ProjectError, match=reason.replace(".", r"\.")):
        OnePass(given, world)
    assert in_passes(list(given.values())) == [[0], [1]]


def test_takers_of_a_behaviour_are_the_same_in_a_pass():
    with_few = covid() | {"behaviours": [ISOLATE | {"share_isolating": 0.3}]}
    given = projects([covid() | {"behaviours": [ISOLATE]}, with_few])
    with pytest.raises(ProjectError, match=r"behaviours\.isolate_when_ill: others take it up"):
        OnePass(given, shared_world(given["0"], no_progress))


def test_computed_people_are_refused():
    lean = {"population": {"kind": "lean", "people": 5_000, "rows_up_to": 0}}
    given = projects([lean])
    with pytest.raises(ProjectError, match="its people are computed"):
        OnePass(given, shared_world(given["0"], no_progress))


def test_scenarios_are_put_into_passes_of_those_that_fit():
    vaccinated = covid() | {"policies": [{"kind": "vaccination"}]}
    listed = [covid(), vaccinated, scaled(), policies({"kind": "masks"}), vaccinated,
              covid(transmission=0.2)]  # fmt: skip
    given = [Project.from_spec(TOWN | one) for one in listed]
    assert in_passes(given) == [[0, 3, 5], [1], [2], [4]]
    assert in_passes(given, most=2) == [[0, 3], [1], [2], [4], [5]]
