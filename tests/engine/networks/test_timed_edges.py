"""Edge lists whose contacts change with the day."""

import numpy as np
import pytest

from populace.engine.contacts import Edges, TimedEdges
from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.registry import kind
from populace.engine.simulation import Simulation
from populace.engine.timetable import Timetable
from populace.engine.world import World

EDGES = kind("networks", "edge_list")
DAYS = {"start_column": "start", "end_column": "end"}


def network_of(folder, text, **settings):
    (folder / "data.csv").write_text(text, encoding="utf-8")
    network = EDGES(file="data.csv", **settings)
    network.folder = folder
    return network


def pairs_on(timetable, day):
    pointers, targets = timetable.on(day)
    people = np.repeat(np.arange(len(pointers) - 1), np.diff(pointers))
    return sorted(
        (int(one), int(other)) for one, other in zip(people, targets, strict=False) if one < other
    )


def spec_of(people=4_000, networks=(), **more):
    return {
        "name": "Changing",
        "days": 60,
        "population": {"kind": "well_mixed", "people": people},
        "networks": list(networks),
        "disease": {"kind": "seir", "transmission": 0.2, "initial_infected": min(40, people)},
    } | more


def random_table(people=4_000, rows=40_000, seed=1):
    """Return a table of spans of three to twelve days, and the same as a set by day."""
    draw = np.random.default_rng(seed)
    first, second = draw.integers(0, people, (2, rows))
    start = draw.integers(0, 60, rows)
    end = start + draw.integers(3, 12, rows)
    kept = first != second
    table = np.stack([first, second, start, end], axis=1)[kept]
    return "first,second,start,end\n" + "\n".join(",".join(map(str, row)) for row in table), table


def test_a_row_holds_from_its_start_to_the_day_before_its_end(tmp_path, towns):
    network = network_of(tmp_path, "first,second,start,end\n0,1,2,4\n1,2,3,6\n0,1,8,9\n", **DAYS)
    contacts = network.contacts(towns(3))
    assert isinstance(contacts, TimedEdges)
    found = [pairs_on(contacts.timetable, day) for day in range(10)]
    assert found == [[], [], [(0, 1)], [(0, 1), (1, 2)], [(1, 2)], [(1, 2)], [], [], [(0, 1)], []]
    assert contacts.timetable.change_days == {2, 3, 4, 6, 8, 9}
    assert contacts.timetable.most() == 2


def test_spans_of_one_pair_that_overlap_are_one_whichever_way_round(tmp_path, towns):
    text = "first,second,start,end\n0,1,1,10\n1,0,3,5\n0,1,9,12\n0,1,12,14\n0,2,0,100\n"
    timetable = network_of(tmp_path, text, **DAYS).contacts(towns(3)).timetable
    for day in range(16):
        there = pairs_on(timetable, day)
        assert there.count((0, 1)) == (1 <= day < 14)
        assert there.count((0, 2)) == 1
    assert timetable.most() == 2


def test_only_a_start_or_only_an_end_may_be_given(tmp_path, towns):
    text = "first,second,start,end\n0,1,3,9\n"
    begins = network_of(tmp_path, text, start_column="start").contacts(towns(2)).timetable
    assert [len(pairs_on(begins, day)) for day in (2, 3, 9, 5_000)] == [0, 1, 1, 1]
    ends = network_of(tmp_path, text, end_column="end").contacts(towns(2)).timetable
    assert [len(pairs_on(ends, day)) for day in (0, 3, 8, 9)] == [1, 1, 1, 0]


def test_weights_hold_in_their_span(tmp_path, towns):
    text = "first,second,start,end,w\n0,1,1,3,2\n0,1,3,5,1\n"
    contacts = network_of(tmp_path, text, weight_column="w", **DAYS).contacts(towns(2))
    assert [len(pairs_on(contacts.timetable, day)) for day in range(6)] == [0, 2, 2, 1, 1, 0]
    assert contacts.timetable.most() == 2


@pytest.mark.parametrize(
    ("text", "settings", "said"),
    [
        ("first,second,start,end\n0,1,1,5\n1,2,4,4\n", DAYS, "row 2: ends on day 4 and begins on"),
        ("first,second,start,end\n0,1,-1,5\n", DAYS, 'row 1: "start" must be a day of the run'),
        ("first,second,start,end\n0,1,1,x\n", DAYS, "row 1: must be a day of the run"),
        ("first,second,start\n0,1,1\n", DAYS, 'end_column: "data.csv" has no column "end"'),
        (
            "first,second,start,end,w\n1,0,1,5,2\n3,4,0,9,1\n0,1,4,6,3\n",
            DAYS | {"weight_column": "w"},
            "row 3: weight 3 is not the 2 of row 1 for the same two people",
        ),
        (
            "first,second,at\n0,1,work\n",
            {"network_column": "at", "network": "wrk"},
            'no row with "wrk" in the column "at". Did you mean "work"?',
        ),
        ("first,second\n0,1\n", {"network": "work"}, "network_column: is missing"),
    ],
)
def test_a_faulty_table_is_named_by_row_and_cure(tmp_path, towns, text, settings, said):
    with pytest.raises(ProjectError) as caught:
        network_of(tmp_path, text, **settings).contacts(towns(6))
    assert said in str(caught.value)
    assert str(caught.value).startswith("networks.edge_list.")


def test_several_networks_may_stand_in_one_file(tmp_path):
    rows = "first,second,at\n0,1,work\n1,2,friends\n2,3,work\n"
    (tmp_path / "data.csv").write_text(rows)
    parts = [
        {"kind": "edge_list", "name": name, "file": "data.csv", "network_column": "at"}
        | {"network": name}
        for name in ("work", "friends")
    ]
    project = Project.from_spec(spec_of(5, parts), folder=tmp_path)
    run = World.of(project.population.build(lambda *_: None), project.networks)
    counts = {shape.name: np.diff(shape.pointers).tolist() for shape in run.networks}
    assert counts == {"work": [1, 1, 1, 1, 0], "friends": [0, 1, 1, 0, 0]}


def test_every_day_has_the_pairs_whose_spans_hold_it_each_once(tmp_path, towns):
    text, table = random_table(people=40, rows=1_500)
    timetable = network_of(tmp_path, text, **DAYS).contacts(towns(40)).timetable
    for day in range(75):
        there = table[(table[:, 2] <= day) & (day < table[:, 3])]
        expected = {tuple(sorted(pair)) for pair in there[:, :2].tolist()}
        assert pairs_on(timetable, day) == sorted(expected)
        changed = pairs_on(timetable, day) != pairs_on(timetable, day - 1)
        assert not changed or day in timetable.change_days


def test_most_is_the_largest_degree_of_any_day(tmp_path, towns):
    text, _ = random_table(people=60, rows=400)
    timetable = network_of(tmp_path, text, **DAYS).contacts(towns(60)).timetable
    degrees = [np.diff(timetable.on(day)[0]).max() for day in range(75)]
    assert timetable.most() == max(degrees) > np.diff(timetable.on(1)[0]).max()


@pytest.mark.parametrize("device", ["cpu", "reference"])
def test_nobody_is_infected_but_over_an_edge_of_that_day(tmp_path, device):
    text, table = random_table()
    (tmp_path / "data.csv").write_text(text)
    spec = spec_of(networks=[{"kind": "edge_list", "file": "data.csv"} | DAYS])
    run = Simulation(Project.from_spec(spec, folder=tmp_path), device=device)
    run.run(60)
    events = run.events()
    rows = events.infector >= 0
    there = {
        (*sorted((int(one), int(other))), day)
        for one, other, start, end in table
        for day in range(start, end)
    }
    infections = zip(events.infector[rows], events.agent[rows], events.day[rows], strict=True)
    found = [(*sorted((int(one), int(other))), int(day)) for one, other, day in infections]
    assert len(found) > 1_500
    assert set(found) <= there


def test_both_kernels_forks_and_threads_agree_while_contacts_change(tmp_path, monkeypatch):
    (tmp_path / "data.csv").write_text(random_table()[0])
    networks = [
        {"kind": "edge_list", "file": "data.csv"} | DAYS,
        {"kind": "household"},
        {"kind": "community", "intensity": 0.1},
    ]
    policies = [{"kind": "testing"}, {"kind": "contact_tracing"}]
    disease = {"kind": "covid_like", "transmission": 0.3, "initial_infected": 40}
    spec = spec_of(networks=networks, policies=policies, disease=disease)
    project = Project.from_spec(spec, folder=tmp_path)
    digests = set()
    for device in ("cpu", "reference"):
        run = Simulation(project, device=device)
        run.run(25)
        twin = run.fork()
        for one in (twin, run):
            one.run(35)
            digests.add(one.events_sha256())
    monkeypatch.setattr("populace.engine.kernels.cpu.ONE_THREAD_BELOW", 0)
    run = Simulation(project)
    run.run(60)
    digests.add(run.events_sha256())
    assert run.ever_infected > 1_000
    assert len(digests) == 1


def test_spans_that_never_change_are_an_edge_list_as_it_stands(tmp_path):
    """The same pairs, with days or without, give the same number of infections but for chance."""
    draw = np.random.default_rng(3)
    table = draw.integers(0, 4_000, (12_000, 2))
    table = table[table[:, 0] != table[:, 1]]
    plain = "first,second\n" + "\n".join(f"{one},{other}" for one, other in table)
    timed = "first,second,start\n" + "\n".join(f"{one},{other},0" for one, other in table)
    found = []
    for text, days in ((plain, {}), (timed, {"start_column": "start"})):
        (tmp_path / "data.csv").write_text(text)
        spec = spec_of(networks=[{"kind": "edge_list", "file": "data.csv"} | days])
        spec["disease"]["transmission"] = 0.06
        run = Simulation(Project.from_spec(spec, folder=tmp_path))
        assert (run.world.networks[0].timetable is None) == (not days)
        run.run(60)
        found.append(run.ever_infected)
    assert found[0] > 800
    assert abs(found[0] - found[1]) < 6 * np.sqrt(found[0])


def test_edges_that_come_on_a_day_infect_from_that_day_on(tmp_path):
    (tmp_path / "data.csv").write_text("first,second,start,end\n0,1,7,8\n")
    network = {"kind": "edge_list", "file": "data.csv", "contacts_per_edge": 10.0} | DAYS
    sir = {"kind": "sir", "transmission": 3.0, "infectious_period": 60.0, "initial_infected": 1}
    for seed in range(4):
        spec = spec_of(2, [network], disease=sir, seed=seed)
        run = Simulation(Project.from_spec(spec, folder=tmp_path))
        run.run(20)
        table = run.events()
        assert table.day[table.infector >= 0].tolist() == [7]


def test_tracing_asks_for_the_contacts_of_the_days_before(tmp_path):
    """With all contacts reached, those are the edges of the last four days and nobody else."""
    text, table = random_table()
    (tmp_path / "data.csv").write_text(text)
    policies = [
        {"kind": "testing", "share_tested": 1.0, "delay_days": 0},
        {"kind": "contact_tracing", "share_known": 1.0, "compliance": 1.0, "backward": False},
    ]
    network = {"kind": "edge_list", "file": "data.csv"} | DAYS
    spec = spec_of(networks=[network], policies=policies)
    run = Simulation(Project.from_spec(spec, folder=tmp_path))
    both = np.concatenate([table, table[:, [1, 0, 2, 3]]])
    expected = 0
    for _ in range(30):
        cases = np.unique(run._authority._found)
        today = run.day + 1
        lately = (both[:, 2] < today) & (both[:, 3] > today - 4)
        met = np.unique(both[lately & np.isin(both[:, 0], cases), 1])
        expected += (~np.isin(met, cases)).sum()
        run.step()
    reached = run.policy_counts()["policies.contact_tracing.people_reached"]
    assert reached == expected > 150


def test_a_timetable_without_ends_has_no_days_and_no_contacts():
    none = np.zeros(0, np.int32)
    timetable = Timetable(np.zeros(4, np.int64), none, none, none)
    assert timetable.change_days == frozenset()
    assert timetable.most() == 0
    assert not np.diff(timetable.on(5)[0]).any()


def test_without_columns_of_days_it_is_a_plain_list(tmp_path, towns):
    network = network_of(tmp_path, "first,second,start,end\n0,1,2,4\n")
    assert isinstance(network.contacts(towns(3)), Edges)


@pytest.mark.parametrize("people", [0, 1])
@pytest.mark.parametrize("device", ["cpu", "reference"])
def test_nobody_and_one_person_alone_are_no_trouble(tmp_path, people, device):
    (tmp_path / "data.csv").write_text("first,second,start,end\n")
    network = {"kind": "edge_list", "file": "data.csv"} | DAYS
    run = Simulation(Project.from_spec(spec_of(people, [network]), folder=tmp_path), device=device)
    run.run(20)
    assert run.counts.sum() == people


def test_a_hub_of_one_day_keeps_all_its_contacts(tmp_path):
    """A rate is never cut off: 500 edges on one day infect 500 people on that day."""
    rows = "\n".join(f"0,{other},5,6" for other in range(1, 501))
    (tmp_path / "data.csv").write_text("first,second,start,end\n" + rows)
    network = {"kind": "edge_list", "file": "data.csv", "contacts_per_edge": 10.0} | DAYS
    sir = {"kind": "sir", "transmission": 2.0, "infectious_period": 60.0, "initial_infected": 0}
    digests = set()
    for device in ("cpu", "reference"):
        spec = spec_of(501, [network], disease=sir)
        project = Project.from_spec(spec, folder=tmp_path)
        run = Simulation(project, device=device, first_infected=np.array([0], np.int32))
        run.run(10)
        table = run.events()
        assert (table.day[table.infector == 0] == 5).all()
        assert run.ever_infected == 501
        digests.add(run.events_sha256())
    assert len(digests) == 1
