"""A behaviour for some people: nobody else takes it up, and the draws of all stay as they are."""

import numpy as np
import pytest

from populace.engine.errors import ProjectError
from populace.engine.kernels.cpu import FastKernel
from populace.engine.project import Project
from populace.engine.sensitivity.attempts import (
    COLUMNS,
    DAY,
    NETWORK,
    TIE_HASH,
    TO,
    Path,
    attempts_from,
)
from populace.engine.sensitivity.history import setting_of
from populace.engine.sensitivity.standing import Standing
from populace.engine.simulation import Simulation

TOWN = {
    "name": "Town",
    "days": 60,
    "population": {"kind": "town", "people": 6_000},
    "attributes": [
        {"kind": "share", "name": "nurse", "share": 0.3, "among_members_of": "workplace"},
        {"kind": "number", "name": "income", "mean": 10.0, "deviation": 3.0},
    ],
    "networks": [{"kind": kind} for kind in ("household", "school", "workplace", "community")],
    "disease": {"kind": "covid_like", "transmission": 0.09, "initial_infected": 60},
}
ISOLATE = {"kind": "isolate_when_ill", "share_isolating": 0.7}
# Everybody with symptoms stays away from everybody outside the home.
WHOLLY = {"kind": "isolate_when_ill", "share_isolating": 1.0, "reduction": 1.0}


def town(*behaviours, device="cpu", seed=1, **more):
    project = Project.from_spec(TOWN | {"behaviours": list(behaviours)} | more)
    return Simulation(project, device=device, seed=seed)


def after(run, days=60):
    run.run(days)
    assert run.ever_infected > 1_000, "the epidemic must be large enough to compare"
    return run


def outside_while_ill(run):
    """Mark whoever infected somebody outside the home on a day on which they had symptoms."""
    symptomatic = [number for number, one in enumerate(run._graph.states) if one.symptomatic]
    events = run.events()
    state = np.zeros(run.people.agent_count, int)
    home = run.network_names.index("household")
    found = np.zeros(run.people.agent_count, bool)
    for day in range(run.day + 1):
        today = events.day == day
        infections = today & (events.infector >= 0) & (events.network != home)
        for infector in events.infector[infections]:
            found[infector] |= int(state[infector]) in symptomatic
        state[events.agent[today]] = events.after[today]
    return found


@pytest.mark.parametrize(
    "target",
    [
        {"target_age_min": 40},
        {"target_age_max": 39},
        {"target_places": "Middle"},
        {"target_attribute": "nurse"},
        {"target_attribute": "income", "target_values": ">= 9, < 14", "target_age_min": 18},
    ],
    ids=str,
)
def test_those_of_the_target_take_it_up_and_nobody_else(target):
    run = after(town(WHOLLY | target))
    behaviour = run.project.behaviours[0]
    inside = behaviour.target(behaviour.values()).of(run.people)
    ill_outside = outside_while_ill(run)
    assert 300 < inside.sum() < run.people.agent_count - 300
    assert not ill_outside[inside].any()
    assert ill_outside[~inside].sum() > 20


@pytest.mark.parametrize(
    "everybody",
    [
        {"target_age_max": 110},
        {"target_attribute": "nurse", "target_values": "no, yes"},
    ],
    ids=str,
)
@pytest.mark.parametrize("device", ["cpu", "reference"])
def test_a_target_that_holds_everybody_is_no_target_to_the_last_event(everybody, device):
    plain, aimed = (
        after(town(ISOLATE | target, device=device, seed=3)) for target in ({}, everybody)
    )
    assert len(aimed._conduct_bits) == aimed.people.agent_count
    assert plain.events_sha256() == aimed.events_sha256()


def test_a_target_that_holds_nobody_is_a_share_of_nothing():
    nobody = after(town(WHOLLY | {"target_age_min": 115}))
    nothing = after(town(ISOLATE | {"share_isolating": 0.0}))
    assert nobody.events_sha256() == nothing.events_sha256() == after(town()).events_sha256()


def test_where_no_behaviour_has_a_target_no_memory_is_taken():
    run = town(ISOLATE)
    assert len(run._conduct_bits) == 0
    run.run(5)
    assert isinstance(run._kernel, FastKernel)
    assert len(run._kernel._rules.conduct_bits) == 0


def attempts_of_all(run):
    """Return everybody's attempts of fifteen days, had they been infected on day 0."""
    setting = setting_of(run, 20)
    rules = setting.rules(run.seed, Standing.of(run))
    found = []
    for agent in range(0, run.people.agent_count, 7):
        made = np.empty((4_096, COLUMNS), np.uint32)
        count = attempts_from(
            agent, 0, False, 15, setting.course, setting.meetings, rules, Path.fresh(), made, 0
        )
        found.append(made[:count, [TO, DAY, NETWORK, TIE_HASH]].tolist())
    return found


def test_a_target_draws_nothing_anew():
    """Those inside do what they do without a target, and those outside what they do without it."""
    all_may, none, some = (
        town(*parts) for parts in ([ISOLATE], [], [ISOLATE | {"target_age_min": 40}])
    )
    inside = some.people.age[::7] >= 40
    found = zip(inside, *(attempts_of_all(run) for run in (some, all_may, none)), strict=True)
    differ = 0
    for is_inside, aimed, with_it, without in found:
        assert aimed == (with_it if is_inside else without)
        differ += with_it != without
    assert differ > 50


AIMED = [
    ISOLATE | {"target_age_min": 50},
    ISOLATE | {"name": "carers", "target_attribute": "nurse", "reduction": 0.4},
]


def test_both_kernels_write_the_same_events_with_targets():
    runs = [after(town(*AIMED, device=device)) for device in ("cpu", "reference")]
    assert runs[0].events_sha256() == runs[1].events_sha256()
    assert runs[0].events_sha256() != after(town(*AIMED[:1])).events_sha256()


def test_the_order_of_the_list_moves_nothing():
    digests = {after(town(*some)).events_sha256() for some in (AIMED, AIMED[::-1])}
    assert len(digests) == 1


def test_a_fork_goes_on_with_its_targets():
    run, undisturbed = town(*AIMED), after(town(*AIMED))
    run.run(30)
    twin, other = run.fork(), run.fork()
    other.set("behaviours.carers.share_isolating", 0.0)
    for each in (other, twin, run):
        each.run(30)
    assert run.events_sha256() == twin.events_sha256() == undisturbed.events_sha256()
    assert other.events_sha256() != run.events_sha256()


def test_a_target_is_read_and_written_as_it_stands_in_the_file(tmp_path):
    aimed = {"target_attribute": "income", "target_values": ">= 9", "target_places": "Middle"}
    project = Project.from_spec(TOWN | {"behaviours": [ISOLATE | aimed, AIMED[1]]})
    again = Project.load(project.save(tmp_path / "town.yaml"))
    assert again.spec() == project.spec()
    assert again.spec()["behaviours"][0] == ISOLATE | aimed
    assert after(Simulation(again)).events_sha256() == after(Simulation(project)).events_sha256()


@pytest.mark.parametrize(
    ("target", "setting", "words"),
    [
        ({"target_age_min": 70, "target_age_max": 60}, "target_age_max", "must be at least target"),
        ({"target_age_min": 130}, "target_age_min", "must be at most 120"),
        (
            {"target_places": "Midddle"},
            "target_places",
            'no region "Midddle". Did you mean "Middle"?',
        ),
        ({"target_attribute": "nurze"}, "target_attribute", 'no attribute "nurze". Did you mean'),
        ({"target_values": "yes"}, "target_attribute", "values are those of which attribute?"),
        ({"target_attribute": "income", "target_values": "rich"}, "target_values", "is a number"),
    ],
)
def test_what_fits_no_people_is_refused_at_its_place(target, setting, words):
    with pytest.raises(ProjectError) as found:
        Project.from_spec(TOWN | {"behaviours": [ISOLATE | target]})
    assert found.value.place == f"behaviours[0].{setting}"
    assert words in str(found.value)


def test_more_behaviours_than_a_byte_tells_are_refused_where_one_has_a_target():
    nine = [ISOLATE | {"name": f"number_{row}"} for row in range(9)]
    with pytest.raises(ProjectError, match="at most 8") as found:
        town(*nine[:8], nine[8] | {"target_age_min": 50})
    assert found.value.place == "behaviours"
