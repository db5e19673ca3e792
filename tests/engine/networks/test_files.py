"""Networks from the user's files: what they mean, and what is said of a faulty one."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pa_parquet
import pytest

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.registry import kind, kinds
from populace.engine.shared_world import world_key
from populace.engine.simulation import Simulation
from populace.engine.world import World

EDGES, COMMUTING = kind("networks", "edge_list"), kind("networks", "commuting")


def network_of(component, folder, text, file="data.csv", **settings):
    (folder / file).write_text(text, encoding="utf-8")
    network = component(file=file, **settings)
    network.folder = folder
    return network


def rows_of(edges):
    return [
        sorted(edges.targets[low:high].tolist())
        for low, high in zip(edges.pointers[:-1], edges.pointers[1:], strict=True)
    ]


def refusal(call):
    with pytest.raises(ProjectError) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_both_ends_of_a_row_list_each_other(tmp_path, towns):
    network = network_of(EDGES, tmp_path, "first,second\n0,1\n2,0\n")
    assert rows_of(network.contacts(towns(4))) == [[1, 2], [0], [0], []]


def test_a_pair_counts_once_whichever_way_round_it_is_listed(tmp_path, towns):
    network = network_of(EDGES, tmp_path, "first,second\n0,1\n1,0\n0,1\n1,2\n")
    assert rows_of(network.contacts(towns(3))) == [[1], [0, 2], [1]]


def test_a_parquet_file_and_other_headings_do_as_well(tmp_path, towns):
    table = pa.table({"a": pa.array([0, 2], pa.int32()), "b": [1, 1], "w": [1.0, 2.0]})
    pa_parquet.write_table(table, tmp_path / "edges.parquet")
    network = EDGES(file="edges.parquet", first_column="a", second_column="b", weight_column="w")
    network.folder = tmp_path
    assert rows_of(network.contacts(towns(3))) == [[1], [0, 2, 2], [1, 1]]


def test_blanks_after_the_commas_do_no_harm(tmp_path, towns):
    network = network_of(EDGES, tmp_path, "first,second\n0, 1\n1, 2 \n")
    assert rows_of(network.contacts(towns(3))) == [[1], [0, 2], [1]]


def test_a_table_without_rows_is_a_network_without_edges(tmp_path, towns):
    network = network_of(EDGES, tmp_path, "first,second\n")
    assert rows_of(network.contacts(towns(2))) == [[], []]


def test_whole_multiples_of_the_least_weight_are_exact(tmp_path, towns):
    text = "first,second,weight\n0,1,0.1\n0,2,0.3\n1,2,0\n"
    network = network_of(EDGES, tmp_path, text, weight_column="weight", contacts_per_edge=10.0)
    edges = network.contacts(towns(3))
    assert rows_of(edges) == [[1, 2, 2, 2], [0], [0, 0, 0]]
    assert edges.rate == pytest.approx(1.0)


def test_other_weights_are_right_on_average(tmp_path, towns):
    """Contacts a day along an edge are entries x rate; their mean follows the weight."""
    draw = np.random.default_rng(2)
    weights = draw.choice([0.037, 0.41, 1.7, 2.9], 20_000)
    lines = [f"{2 * row},{2 * row + 1},{weight}" for row, weight in enumerate(weights)]
    text = "first,second,weight\n" + "\n".join(lines)
    edges = network_of(EDGES, tmp_path, text, weight_column="weight").contacts(towns(40_000))
    contacts = np.diff(edges.pointers)[::2] * edges.rate
    for weight in (0.037, 0.41, 1.7, 2.9):
        assert contacts[weights == weight].mean() == pytest.approx(weight, rel=0.06)
        assert np.abs(contacts[weights == weight] - weight).max() <= weights.mean() / 8


@pytest.mark.parametrize(
    ("text", "settings", "said"),
    [
        ("a,second\n0,1\n", {}, 'first_column: "data.csv" has no column "first".'),
        ("first,seconds\n0,1\n", {}, 'no column "second". Did you mean "seconds"?'),
        ("first,second\n0,1\n", {"weight_column": "w"}, "weight_column"),
        ("first,second\n0,1\n3,9\n", {}, 'row 2: "second" must be the number of a person from'),
        ("first,second\n-1,1\n", {}, "row 1"),
        ("first,second\n0,1\n1,x\n", {}, "row 2: must be the number of a person, a whole"),
        ("first,second\n0,1\n1,\n", {}, "row 2: must be the number of a person, a whole number, "),
        ("first,second\n0,1.5\n", {}, "row 1"),
        ("first,second\n0,1\n2,2\n", {}, "row 2: person 2 cannot meet themselves: remove the row"),
        ("first,second,w\n0,1,nan\n", {"weight_column": "w"}, 'row 1: "w" must be a weight'),
        ("first,second,w\n0,1,-2\n", {"weight_column": "w"}, 'row 1: "w" must be a weight'),
        ("first,second,w\n0,1,inf\n", {"weight_column": "w"}, "row 1"),
        ("first,second,w\n0,1,\n", {"weight_column": "w"}, "row 1: must be a weight, not blank"),
        ("first,second,w\n0,1,1\n1,0,2\n", {"weight_column": "w"}, "row 2: weight 2 is not the 1"),
        ("first,first,second\n0,1,2\n", {}, 'has two columns "first": keep one'),
        ("first,second\n0,1,2\n", {}, "cannot be read as CSV"),
        ("first,second\n0,1\n1, x\n", {}, "row 2: must be the number of a person"),
        ("", {}, "cannot be read as CSV"),
    ],
)
def test_a_faulty_edge_list_is_named_by_file_row_and_cure(tmp_path, towns, text, settings, said):
    network = network_of(EDGES, tmp_path, text, **settings)
    message = refusal(lambda: network.contacts(towns(9)))
    assert said in message
    assert message.startswith("networks.edge_list.")
    assert "data.csv" in message


def test_blanks_of_a_parquet_file_and_fractions_are_refused_by_row(tmp_path, towns):
    for second, said in (([1, None], "row 2"), ([1.0, 2.5], "row 2"), ([1.0, np.nan], "row 2")):
        pa_parquet.write_table(
            pa.table({"first": [0, 1], "second": second}), tmp_path / "e.parquet"
        )
        network = EDGES(file="e.parquet")
        network.folder = tmp_path
        assert said in refusal(lambda: network.contacts(towns(3)))  # noqa: B023 (called at once)


@pytest.mark.parametrize("people", [0, 1])
def test_nobody_and_one_person_may_have_tables_too(tmp_path, towns, people):
    edges = network_of(EDGES, tmp_path, "first,second\n").contacts(towns(people))
    assert rows_of(edges) == [[]] * people
    work = network_of(COMMUTING, tmp_path, "home,work,share\nr0,r1,1\n").contacts(towns(people))
    assert (work.group_of <= 1).all()


def test_weights_of_any_size_end(tmp_path, towns):
    text = "first,second,weight\n0,1,1e-300\n0,2,1e9\n1,2,1\n"
    edges = network_of(EDGES, tmp_path, text, weight_column="weight").contacts(towns(3))
    assert len(edges.targets) * edges.rate == pytest.approx(2e9, rel=0.1)


@pytest.mark.parametrize("component", [EDGES, COMMUTING])
@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("", "must name a file"),
        ("missing.csv", "there is no file"),
        ("../out.csv", "leaves the project"),
        ("/etc/passwd", "leaves the project"),
        ("table.txt", "must end in .csv or .parquet"),
        ("fake.parquet", "cannot be read as Parquet"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_project(tmp_path, component, file, said):
    for name in ("table.txt", "fake.parquet"):
        (tmp_path / name).write_text("first,second\n0,1\n")
    spec = project_spec(component.kind_name(), file=file)
    message = refusal(lambda: Project.from_spec(spec, folder=tmp_path))
    assert message.startswith("networks[1].file")
    assert said in message


def project_spec(name, people=20, **settings):
    return {
        "name": "Files",
        "days": 60,
        "population": {"kind": "well_mixed", "people": people},
        "networks": [{"kind": "household"}, {"kind": name, **settings}],
        "disease": {"kind": "sir", "transmission": 3.0, "initial_infected": 1},
    }


def test_a_link_out_of_the_project_is_refused(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text("first,second\n0,1\n")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    spec = project_spec("edge_list", file="link.csv")
    assert "leads out of the project" in refusal(lambda: Project.from_spec(spec, folder=folder))


@pytest.mark.parametrize("seed", range(6))
def test_infection_crosses_an_edge_from_either_end(tmp_path, seed):
    """A file with one row; whoever of both is first infected infects the other."""
    (tmp_path / "pair.csv").write_text("first,second\n0,1\n")
    spec = project_spec("edge_list", people=2, file="pair.csv", contacts_per_edge=10.0)
    run = Simulation(Project.from_spec(spec | {"seed": seed}, folder=tmp_path))
    first = int(run.events().agent[0])
    run.run(60)
    assert run.ever_infected == 2, f"person {first} did not infect the other"


def test_both_people_of_a_pair_are_first_infected_under_some_seed(tmp_path):
    (tmp_path / "pair.csv").write_text("first,second\n0,1\n")
    spec = project_spec("edge_list", people=2, file="pair.csv")
    firsts = {
        int(Simulation(Project.from_spec(spec | {"seed": s}, folder=tmp_path)).events().agent[0])
        for s in range(6)
    }
    assert firsts == {0, 1}


def test_a_saved_project_takes_its_tables_along(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "pairs.csv").write_text("first,second\n0,1\n")
    project = Project.from_spec(project_spec("edge_list", file="data/pairs.csv"), folder=tmp_path)
    again = Project.load(project.save(tmp_path / "copy"))
    assert again == project
    assert (tmp_path / "copy" / "data" / "pairs.csv").read_text() == "first,second\n0,1\n"


def test_another_table_under_the_same_name_is_another_world(tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text("first,second\n0,1\n")
    project = Project.from_spec(project_spec("edge_list", file="pairs.csv"), folder=tmp_path)
    before = world_key(project)
    assert world_key(project) == before
    path.write_text("first,second\n0,2\n")
    assert world_key(project) != before


def test_more_networks_than_the_kernel_can_number_are_refused(tmp_path):
    (tmp_path / "pair.csv").write_text("first,second\n0,1\n")
    networks = [
        {"kind": name, **({"file": "pair.csv"} if name == "edge_list" else {})}
        for name in kinds("networks")
        if name != "commuting"
    ]
    spec = project_spec("school") | {"networks": networks[:17]}
    message = refusal(lambda: Project.from_spec(spec, folder=tmp_path))
    assert message == "networks: must be at most 16 networks, not 17: remove some."
    Project.from_spec(spec | {"networks": networks[:16]}, folder=tmp_path)


SHARES = "home,work,share\nr0,r0,0.5\nr0,r1,0.3\nr1,r1,0.9\nr2,r0,1.0\n"


def test_people_of_working_age_go_where_the_table_says(tmp_path, towns):
    people = towns(60_000, regions=4)
    group = network_of(COMMUTING, tmp_path, SHARES).contacts(people).group_of
    works = (people.age >= 20) & (people.age <= 64)
    assert (group[~works] == -1).all()
    wanted = [[0.5, 0.3, 0, 0], [0, 0.9, 0, 0], [1.0, 0, 0, 0], [0, 0, 0, 0]]
    for home, shares in enumerate(wanted):
        there = group[works & (people.region_index == home)]
        for work, share in enumerate(shares):
            found = (there == work).mean()
            assert found == pytest.approx(share, abs=0.02 if 0 < share < 1 else 0)


def test_numbers_of_workers_are_shares_of_their_sum(tmp_path, towns):
    text = "from,to,workers\nr0,r0,300\nr0,r1,100\n"
    network = network_of(
        COMMUTING,
        tmp_path,
        text,
        home_column="from",
        work_column="to",
        column="workers",
        counted_in="workers",
    )
    people = towns(60_000, regions=3)
    group = network.contacts(people).group_of
    there = group[(people.age >= 20) & (people.age <= 64) & (people.region_index == 0)]
    assert (there >= 0).all()
    assert (there == 1).mean() == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("home,work\nr0,r1\n", 'has no column "share"'),
        ("home,work,share\nr0,r9,0.1\n", 'row 1: "work" must be the id of a region, not "r9"'),
        ("home,work,share\nr0,r1,1.1\n", 'row 1: "share" must be a share from 0 to 1, not 1.1'),
        ("home,work,share\nr0,r1,0.1\nr0,,0.1\n", 'row 2: "work" is blank'),
        ("home,work,share\nr0,r1,half\n", "row 1: must be a share, not 'half'"),
        ("home,work,share\nr0,r1,.7\nr0,r2,.7\n", 'shares of home "r0" sum to 1.4'),
        ("home,work,share\nr0,r1,.2\nr0,r2,.2\nr0,r1,.2\n", "row 3: these two regions are listed"),
    ],
)
def test_a_faulty_table_of_commuters_is_named_by_row(tmp_path, towns, text, said):
    network = network_of(COMMUTING, tmp_path, text)
    message = refusal(lambda: network.contacts(towns(500, regions=3)))
    assert said in message
    assert message.startswith("networks.commuting.")


def test_commuters_carry_an_infection_from_region_to_region(tmp_path, towns):
    people = towns(600, regions=2)
    text = "home,work,share\nr0,r1,1\nr1,r1,1\n"
    world = World.of(people, [network_of(COMMUTING, tmp_path, text)])
    spec = project_spec("household", people=600)
    spec["networks"] = [{"kind": "workplace"}]
    assert world.networks[0].name == "commuting"
    group = world.networks[0].group_of
    assert set(people.region_index[group == 1]) == {0, 1}
