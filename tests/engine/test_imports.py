"""Infections from elsewhere: as many as declared, among those who live there, in any kernel."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from populace.engine.contacts import Groups
from populace.engine.diseases.base import Introduction
from populace.engine.diseases.sir import Sir
from populace.engine.errors import ProjectError
from populace.engine.events import NOBODY, NOWHERE
from populace.engine.imports import Importer
from populace.engine.kernels.base import NO_IMPORTS, Imports
from populace.engine.people import People, Places
from populace.engine.project import Project
from populace.engine.reproduction import Reproduction
from populace.engine.run_output import run_project
from populace.engine.scaling import less_supply
from populace.engine.simulation import Simulation
from populace.engine.streams import run_key

KINDS = ["fast", "reference"]
RUN = run_key(5)


def people_in(sizes, groups=None):
    """Return people of a few regions, A, B, C ..."""
    count, names = sum(sizes), tuple("ABCDEFG"[: len(sizes)])
    flat = np.zeros(count, np.float32)
    return People(
        age=np.full(count, 30, np.uint8),
        region_index=np.repeat(np.arange(len(sizes)), sizes).astype(np.uint16),
        dwelling=np.arange(count, dtype=np.int32),
        x=flat,
        y=flat,
        places=Places(names, names, groups or ("",) * len(sizes)),
    )


def project_with(imports, transmission=0.0, people=20_000, **disease):
    settings = {"kind": "sir", "initial_infected": 0, "imports_per_week": imports}
    return Project.from_spec(
        {
            "name": "Open",
            "population": {"kind": "well_mixed", "people": people},
            "networks": [{"kind": "well_mixed", "contacts_a_day": 1.0}],
            "disease": settings | {"transmission": transmission} | disease,
        }
    )


@pytest.mark.parametrize("per_week", [0.7, 7.0, 70.0, 700.0])
def test_the_number_of_a_day_is_poisson_with_a_seventh_of_the_weeks_mean(per_week):
    importer, mean, days = Importer(RUN, people_in([10**7]), ""), per_week / 7, 4_000
    counts = np.array([len(importer.on(day, [per_week], ()).agent) for day in range(days)])
    assert abs(counts.mean() - mean) < 4 * np.sqrt(mean / days)
    # The variance of a Poisson distribution is its mean; that of its estimate about 2 mean**2 / n.
    assert abs(counts.var() - mean) < 4 * np.sqrt((mean + 2 * mean**2) / days)


def test_more_imports_are_the_same_people_and_others():
    importer = Importer(RUN, people_in([1_000_000]), "")
    for day in range(1, 200):
        few, many = (set(importer.on(day, [rate], ()).agent) for rate in (20.0, 150.0))
        assert few <= many


def test_everybody_is_drawn_alike():
    importer = Importer(RUN, people_in([40]), "")
    drawn = [importer.on(day, [70.0], ()).agent for day in range(2_000)]
    counts = np.bincount(np.concatenate(drawn), minlength=40)
    expected = counts.sum() / 40
    assert ((counts - expected) ** 2 / expected).sum() < 72.1  # chi-square, 39 degrees, .999


def test_only_people_of_the_named_places_are_drawn():
    people = people_in([300, 500, 200, 400], ("North", "North", "South", ""))
    for text, regions in (("B", {1}), ("South, A", {0, 2}), ("North", {0, 1}), ("D,B", {1, 3})):
        importer = Importer(RUN, people, text)
        found = np.concatenate([importer.on(day, [70.0], ()).agent for day in range(100)])
        assert set(people.region_index[found]) == regions
        share = np.bincount(people.region_index[found], minlength=4) / len(found)
        sizes = np.bincount(people.region_index, minlength=4) * [one in regions for one in range(4)]
        np.testing.assert_allclose(share, sizes / sizes.sum(), atol=0.06)


def test_an_unknown_place_is_named_with_what_was_meant():
    people = people_in([3, 3], ("Northern", "Southern"))
    meant = r'no region "Norhtern"\. Did you mean "Northern"'
    with pytest.raises(ProjectError, match=meant) as found:
        Importer(RUN, people, "A, Norhtern")
    assert found.value.place == "disease.import_places"


def test_introductions_come_on_their_day_alone():
    importer = Importer(RUN, people_in([1_000]), "")
    once = (Introduction(3, 1, 25),)
    assert importer.on(2, [0.0, 0.0], once) is NO_IMPORTS
    arriving = importer.on(3, [0.0, 0.0], once)
    assert 20 <= len(arriving.agent) <= 25, "one or two may have been drawn twice"
    assert (arriving.strain == 1).all()


def test_nobody_is_reached_twice_on_a_day():
    arriving = Importer(RUN, people_in([20]), "").on(1, [700.0, 700.0], ())
    assert (np.diff(arriving.agent) > 0).all()
    assert len(arriving.agent) == 20
    assert (arriving.strain == 0).mean() > 0.9, "the first strain goes before"


def test_a_place_without_people_imports_nobody():
    assert Importer(RUN, people_in([]), "").on(1, [70.0], ()) is not None
    assert len(Importer(RUN, people_in([0, 5]), "A").on(1, [70.0], ()).agent) == 0


@pytest.fixture(scope="module")
def pairs(make_town, make_people):
    """Return two thousand pairs who infect each other on the first day, all but surely."""
    pair = Groups.of_sorted(np.repeat(np.arange(1_000, dtype=np.int32), 2), np.array([0, 0, 9.0]))
    sir = Sir(transmission=1.0, infectious_period=5.0)
    return make_town(make_people(2_000), {"household": pair}, sir, headroom=1.0)


def arriving(*agents):
    people = np.array(agents, np.int32)
    nothing = np.zeros(len(people), np.uint8)
    return Imports(people, nothing, np.zeros(len(people), np.uint32))


@pytest.mark.parametrize("kind", KINDS)
def test_an_attempt_wins_over_an_import_and_the_immune_are_left_alone(pairs, kind):
    first = np.arange(0, 1_000, 2)  # one of each of the first five hundred pairs
    kernel = pairs.start(kind, first=first)
    kernel.advance(1, arriving(0, 1, 3, 1_500, 1_999))
    events = kernel.log.table(1)
    today = (events.day == 1) & (events.before == 0)
    infector = dict(zip(events.agent[today], events.infector[today], strict=True))
    assert infector[1] == 0, "the one who lives with them infected them"
    assert infector[3] == 2
    assert infector[1_500] == infector[1_999] == NOBODY
    assert 0 not in infector, "infected already"
    assert kernel.imported() == 2
    assert kernel.new_infections().sum() == today.sum() - 2
    assert (events.network[events.infector == NOBODY] == NOWHERE).all()
    kernel.advance(2)
    assert kernel.imported() == 0


def test_both_kernels_take_the_same_imports_into_any_number_of_chunks(mixed_town, sirs):
    town = mixed_town(sirs(transmission=0.06, immunity=20.0))
    importer = Importer(RUN, town.world.people, "1, 2")
    digests = set()
    options = [{"chunks": chunks} for chunks in (1, 3, 32)] + [{"kind": "reference"}]
    for option in options:
        kernel = town.start(first=0, **option)
        imported = 0
        for day in range(1, 80):
            kernel.advance(day, importer.on(day, [50.0], ()))
            imported += kernel.imported()
        table = kernel.log.table(79)
        outside = (table.before == 0) & (table.infector == NOBODY)
        assert imported == outside.sum() > 100
        assert (np.diff(table.day * 10**6 + table.agent) > 0).all(), "canonical order"
        digests.add(table.sha256())
    assert len(digests) == 1


def test_a_fork_continues_with_the_same_imports():
    run = Simulation(project_with(70.0, transmission=0.3), seed=3)
    run.run(20)
    twin = run.fork()
    for one in (run, twin):
        one.run(20)
    assert run.events_sha256() == twin.events_sha256()
    twin.set("disease.imports_per_week", 0.0)
    before = twin.ever_infected
    twin.set("disease.transmission", 0.0)
    twin.run(5)
    assert twin.ever_infected == before


def test_ever_infected_and_the_snapshot_count_them():
    run = Simulation(project_with(140.0))
    total = 0
    for _ in range(50):
        run.step()
        total += run.snapshot().incidence
        assert run.snapshot().imported == run.snapshot().incidence
    events = run.events()
    assert run.ever_infected == total == (events.before == 0).sum()
    assert abs(total - 1_000) < 4 * 1_000**0.5


@pytest.mark.parametrize("r0", [0.0, 0.5, 0.8])
def test_below_the_threshold_every_import_begins_a_short_chain(r0):
    """In all, imports / (1 - R): the sum of the generations."""
    project = project_with(70.0, transmission=r0 / 4, infectious_period=4.0, people=400_000)
    run = Simulation(project, seed=1)
    run.run(400)
    brought = (run.events().infector == NOBODY)[run.events().before == 0].sum()
    chain = run.ever_infected / brought
    # A branching chain's size has the variance R / (1 - R)**3, and the last ones are cut short.
    spread = (r0 / (1 - r0) ** 3 / brought) ** 0.5
    assert chain == pytest.approx(1 / (1 - r0), abs=3.5 * spread + 0.05 / (1 - r0) + 0.001)


def test_imports_do_not_pass_for_infections_by_the_people_here():
    """R is that of the people here, however many come."""
    project = project_with(140.0, transmission=0.15, infectious_period=4.0, people=400_000)
    run = Simulation(project)
    reproduction, shown = Reproduction(run.ever_infected), []
    for _ in range(200):
        run.step()
        today = run.snapshot()
        shown.append(reproduction.add(today.incidence, today.infections_by_lag))
    assert np.mean(shown[60:]) == pytest.approx(0.6, abs=0.03)


def test_the_tables_of_a_run_show_neither_infector_nor_network(tmp_path):
    project = project_with(70.0, transmission=0.3)
    report = run_project(project, str(tmp_path / "out"), device="cpu", progress=lambda *_: None)
    table = pq.read_table(tmp_path / "out" / "events.parquet")
    infections = table.filter(np.array(table["from"].to_pylist()) == "susceptible")
    outside = np.array([one is None for one in infections["infector"].to_pylist()])
    assert 0 < outside.sum() < len(outside) == report["ever_infected"]
    networks = infections["network"].to_pylist()
    assert {networks[row] for row in np.flatnonzero(outside)} == {None}
    assert {networks[row] for row in np.flatnonzero(~outside)} == {"well_mixed"}


def test_a_smaller_city_imports_fewer():
    fewer = less_supply(project_with(70.0, people=20_000), 2_000)
    assert fewer["disease.imports_per_week"] == pytest.approx(7.0)
