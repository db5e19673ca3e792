"""The life of one person agrees with the log, read by other means."""

import numpy as np
import pytest

from populace.engine.analysis.life import MOST_LINKS, life_of
from populace.engine.project import Project
from populace.engine.simulation import Simulation

TOWN = {
    "name": "Town",
    "days": 60,
    "population": {"kind": "town", "people": 4_000},
    "attributes": [{"kind": "share", "name": "nurse", "share": 0.1}],
    "networks": [{"kind": name} for name in ("household", "school", "workplace", "community")],
    "disease": {
        "kind": "seirs",
        "transmission": 0.1,
        "initial_infected": 20,
        "immune_period": 30.0,
    },
}


@pytest.fixture(scope="module")
def run():
    made = Simulation(Project.from_spec(TOWN))
    made.run(60)
    return made


@pytest.fixture(scope="module")
def people_of_interest(run):
    """Return those who infected most, some others, and one who was never infected."""
    table = run.events()
    sources, counts = np.unique(table.infector[table.infector >= 0], return_counts=True)
    never = np.setdiff1d(np.arange(run.people.agent_count), table.agent)
    some = np.random.default_rng(1).choice(run.people.agent_count, 12, replace=False)
    return [*sources[np.argsort(counts)[-4:]].tolist(), *some.tolist(), int(never[0])]


def rows_of(table, mask):
    return list(zip(table.day[mask].tolist(), table.after[mask].tolist(), strict=True))


def test_a_course_is_that_of_the_log(run, people_of_interest):
    table, snapshot = run.events(), run.snapshot()
    for agent in people_of_interest:
        life = life_of(agent, run.world, snapshot)
        mine = (table.agent == agent) & (table.day > 0)
        found = [(step.day, snapshot.states.index(step.state)) for step in life.steps]
        assert found == rows_of(table, mine)
        assert life.state is snapshot.states[run.state[agent]]
        assert life.age == run.people.age[agent]


def test_by_whom_and_where_is_told_from_both_sides(run, people_of_interest):
    snapshot = run.snapshot()
    pairs = 0
    for agent in people_of_interest:
        for caused in life_of(agent, run.world, snapshot).caused:
            other = life_of(caused.agent, run.world, snapshot)
            step = next(one for one in other.steps if one.day == caused.day)
            assert (step.infector, step.network, step.infected) == (agent, caused.network, True)
            pairs += 1
    assert pairs > 10


def slow_tree(table, agent):
    """Count the generations event by event, with a dictionary."""
    generation, counts = {agent: 0}, {}
    for row in np.flatnonzero(table.day > 0):
        if table.infector[row] < 0 or table.agent[row] == agent:
            continue
        source = generation.get(int(table.infector[row]))
        generation[int(table.agent[row])] = None if source is None else source + 1
        if source is not None:
            counts[source + 1] = counts.get(source + 1, 0) + 1
    return tuple(counts[one] for one in sorted(counts))


def test_the_tree_is_counted_generation_by_generation(run, people_of_interest):
    table, snapshot = run.events(), run.snapshot()
    sizes = []
    for agent in people_of_interest:
        life = life_of(agent, run.world, snapshot)
        assert life.tree == slow_tree(table, agent)
        assert sum(life.tree[:1]) == len(life.caused)
        sizes.append(len(life.tree))
    assert max(sizes) >= 3  # a chain, not only children


def test_those_at_home_are_named_with_their_state(run, people_of_interest):
    snapshot, people = run.snapshot(), run.people
    for agent in people_of_interest:
        life = life_of(agent, run.world, snapshot)
        home = next(one for one in life.contacts if one.network == "household")
        same = np.flatnonzero(people.dwelling == people.dwelling[agent])
        expected = {int(one): run.state[one] for one in same if one != agent}
        assert home.others == len(expected)
        assert {one: snapshot.states.index(state) for one, state in home.listed} == expected
        assert life.attributes[0][0] == "nurse"


def test_a_past_day_knows_nothing_of_what_came_later(run):
    table = run.events()
    late = int(table.agent[(table.day > 40) & (table.infector >= 0)][0])
    earlier = Simulation(Project.from_spec(TOWN))
    earlier.run(20)
    life = life_of(late, earlier.world, earlier.snapshot())
    assert all(step.day <= 20 for step in life.steps)
    assert len(life.steps) < len(life_of(late, run.world, run.snapshot()).steps)


def test_somebody_who_does_not_exist_is_refused(run):
    with pytest.raises(IndexError, match="4,000 people"):
        life_of(4_000, run.world, run.snapshot())


def test_the_links_of_a_tree_are_its_first_infections_and_all_of_a_small_one(
    run, people_of_interest
):
    table, snapshot = run.events(), run.snapshot()
    cut = whole = 0
    for agent in people_of_interest:
        life = life_of(agent, run.world, snapshot)
        inside, wanted = {agent}, []
        for day, one, infector in zip(
            table.day.tolist(), table.agent.tolist(), table.infector.tolist(), strict=True
        ):
            if infector in inside and one != agent:
                wanted.append((day, one, infector))
                inside.add(one)
            elif infector >= 0 and one != agent:
                inside.discard(one)
        found = [(link.day, link.agent, link.infector) for link in life.links]
        assert found == wanted[:MOST_LINKS]
        assert len(wanted) == sum(life.tree)
        caused = {(one.agent, one.day, one.network) for one in life.caused}
        assert {
            (one.agent, one.day, one.network) for one in life.links if one.infector == agent
        } <= caused
        cut += len(wanted) > MOST_LINKS
        whole += 0 < len(wanted) <= MOST_LINKS
    assert cut
    assert whole


def test_the_way_back_leads_to_the_first_case(run, people_of_interest):
    table, snapshot = run.events(), run.snapshot()
    rows = list(zip(table.day.tolist(), table.agent.tolist(), table.infector.tolist(), strict=True))
    lengths = set()
    for agent in people_of_interest:
        life = life_of(agent, run.world, snapshot)
        found, one, before = [], agent, snapshot.day + 1
        while True:
            mine = [row for row in rows if row[1] == one and row[2] >= 0 and row[0] < before]
            if not mine:
                break
            before, _, infector = mine[-1]
            found.append((one, infector, before))
            one = infector
        assert [(link.agent, link.infector, link.day) for link in life.back] == found
        lengths.add(len(found))
        if found:
            assert any(row[:2] == (0, one) for row in rows)  # infected at the start
    assert max(lengths) > 3
