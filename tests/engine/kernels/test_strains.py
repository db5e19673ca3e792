"""Infections of people who are not in the first state, and stays that an infection ends."""

import numpy as np
import pytest

from populace.engine.contacts import Groups
from populace.engine.diseases.base import (
    Catch,
    Disease,
    Dwell,
    State,
    Strain,
    Transition,
    everyone,
)
from populace.engine.graph import graph_of
from populace.engine.kernels import fast
from populace.engine.kernels.base import Imports
from populace.engine.quantities import Duration, Probability, Rate, Structure

KINDS = ["fast", "reference"]
SUSCEPTIBLE, ILL, IMMUNE, OTHER, IMMUNE_TO_OTHER, AGAIN = range(6)


class Waning(Disease):
    """Immunity wanes, and an infection with the other strain ends the time of it."""

    transmission = Rate(0.1, bounds=(0, 5), live=True, unit="", source="a test", doc="")
    period = Duration(4.0, bounds=(1, 60), source="a test", doc="")
    period_shape = Structure(2, bounds=(0, 20), doc="")
    immune = Duration(40.0, bounds=(1, 2_000), source="a test", doc="")
    immune_shape = Structure(1, bounds=(0, 20), doc="")
    cross = Probability(0.3, live=True, source="a test", doc="")

    @classmethod
    def states(cls, values) -> tuple[State, ...]:
        left = 1.0 - values.cross
        both = (Catch(1.0, "ill"), Catch(1.0, "other"))
        return (
            State("susceptible", "", "susceptible", "susceptible", catches=both),
            State("ill", "", "infectious", "infectious", 1.0),
            State("immune", "", "removed", "recovered",
                  catches=(Catch(0.0, "again"), Catch(left, "other"))),
            State("other", "", "infectious", "exposed", 1.2, strain=1),
            State("immune_to_other", "", "removed", "recovered",
                  catches=(Catch(left, "again"), Catch(0.0, "other"))),
            State("again", "", "infectious", "infectious", 0.8),
        )  # fmt: skip

    @classmethod
    def transitions(cls, values) -> tuple[Transition, ...]:
        ill, wanes = (
            Dwell(values.period, values.period_shape),
            Dwell(values.immune, values.immune_shape),
        )
        return (
            Transition("ill", "immune", ill, everyone()),
            Transition("immune", "susceptible", wanes, everyone()),
            Transition("other", "immune_to_other", ill, everyone()),
            Transition("immune_to_other", "susceptible", wanes, everyone()),
            Transition("again", "immune", ill, everyone()),
        )

    @classmethod
    def transmission_rate(cls, values) -> float:
        return values.transmission

    @classmethod
    def strains(cls, values) -> tuple[Strain, ...]:
        return (Strain("first"), Strain("second", 0.5))


def arriving(day, count, agents, strain=1):
    """Return twenty people who arrive with the second strain every tenth day."""
    chosen = np.unique(np.arange(20) * 7_919 * (day + 1) % count) if day % 10 == 0 else agents
    mark = (np.arange(len(chosen)) * 2_654_435_761 % 2**32).astype(np.uint32)
    return Imports(chosen.astype(np.int32), np.full(len(chosen), strain, np.uint8), mark)


NOBODY = np.zeros(0, np.int32)
STAYS = {
    "near": {"immune": 40.0},
    "far": {"immune": 400.0, "immune_shape": 0},
    "at the length of the calendar": {"immune": 127.5, "immune_shape": 0},
    "no cross-immunity": {"immune": 90.0, "cross": 0.0, "transmission": 0.25},
}


def ran(town, days, count, **options):
    kernel = town.start(first=15, **options)
    for day in range(1, days + 1):
        if day == days // 2:
            kernel.use(*town.tables(cross=0.0, period=2.0))
        kernel.advance(day, arriving(day, count, NOBODY))
    return kernel


@pytest.mark.parametrize("stay", STAYS)
def test_both_kernels_forget_the_stays_that_an_infection_ends(mixed_town, stay):
    count, days = 801, 300
    town = mixed_town(Waning(**STAYS[stay]), count=count)
    digests, ended = set(), 0
    for options in ({"chunks": 1}, {"chunks": 7, "threads": 2}, {"kind": "reference"}):
        kernel = ran(town, days, count, **options)
        table = kernel.log.table(days)
        ended = np.count_nonzero(np.isin(table.before, (IMMUNE, IMMUNE_TO_OTHER))
                                 & np.isin(table.after, (OTHER, AGAIN)))  # fmt: skip
        waned = np.count_nonzero((table.before > 0) & (table.after == SUSCEPTIBLE))
        assert ended > 200
        assert waned > 100 or stay == "far"
        digests.add(table.sha256())
        assert kernel.counts().sum() == count
        np.testing.assert_array_equal(
            np.bincount(kernel.state(), minlength=6), kernel.counts().sum(axis=0)
        )
    assert len(digests) == 1


def test_a_calendar_full_of_ended_stays_grows(mixed_town):
    """People are infected again and again, and each time leave a stay of years behind."""
    long = Waning(immune=1_500.0, cross=0.0, transmission=0.5, period=1.5)
    town = mixed_town(long, count=201)
    fast_run, reference = (town.start(kind, first=20) for kind in KINDS)
    room = fast_run._run.far_agent.shape[1]
    for day in range(1, 400):
        both = arriving(0, 201, NOBODY, strain=day // 7 % 2)
        for kernel in (fast_run, reference):
            kernel.advance(day, both)
    assert fast_run._run.far_agent.shape[1] > room
    assert fast_run.log.table(399).sha256() == reference.log.table(399).sha256()


def test_a_calendar_without_free_blocks_grows(mixed_town):
    town = mixed_town(Waning(immune=100.0, cross=0.0, transmission=0.5, period=1.5), count=801)
    kernel = town.start(first=20, chunks=1)
    # As after years: hardly a block is left.
    left = fast.RING + 4
    kernel._run.free_count[:] = left
    blocks = kernel._run.arena.shape[1]
    twin = town.start(first=20, chunks=1)
    for day in range(1, 200):
        for one in (kernel, twin):
            one.advance(day, arriving(day, 801, NOBODY))
    assert kernel._run.arena.shape[1] > blocks
    assert kernel.log.table(199).sha256() == twin.log.table(199).sha256()


@pytest.mark.parametrize("kind", KINDS)
def test_an_infection_on_the_day_a_stay_ends_is_the_only_change(make_town, make_people, kind):
    """All are ill for three days and immune for seven; on the tenth they are reached again."""
    nobody = Groups.of_members(np.full(50, -1, np.int32), np.array([0.0, 0.0, 1.0]))
    fixed = Waning(immune=7.0, immune_shape=0, period=3.0, period_shape=0, cross=0.0)
    town = make_town(make_people(50), {"workplace": nobody}, fixed)
    kernel = town.start(kind, first=50)
    for day in range(1, 10):
        kernel.advance(day)
    assert (kernel.state() == IMMUNE).all()
    reached = np.arange(0, 50, 2, dtype=np.int32)
    kernel.advance(10, Imports(reached, np.ones(25, np.uint8), np.zeros(25, np.uint32)))
    table = kernel.log.table(10)
    today = table.day == 10
    assert table.agent[today].tolist() == list(range(50)), "one change of each"
    assert (table.before[today] == IMMUNE).all()
    assert table.after[today].tolist() == [OTHER, SUSCEPTIBLE] * 25


def test_an_infection_of_the_immune_begins_a_new_episode(make_town, make_people):
    """Their draws are new: else the same people would be met in the same order again."""
    nobody = Groups.of_members(np.full(9, -1, np.int32), np.array([0.0, 0.0, 1.0]))
    town = make_town(make_people(9), {"workplace": nobody}, Waning(period=2.0, immune=900.0))
    kernel, reference = (town.start(kind, first=9) for kind in KINDS)
    everybody, none = np.arange(9, dtype=np.int32), np.zeros(9, np.uint32)
    for day in range(1, 40):
        strain = np.full(9, day % 2, np.uint8)
        for one in (kernel, reference):
            one.advance(day, Imports(everybody, strain, none))
    episodes = kernel._run.infection >> np.uint32(16)
    table = kernel.log.table(39)
    again = np.bincount(table.agent[np.isin(table.after, (OTHER, AGAIN))], minlength=9)
    np.testing.assert_array_equal(episodes, again)
    np.testing.assert_array_equal(reference._episode.numpy(), again)
    assert (again > 2).all()


def test_only_a_disease_whose_stays_can_end_early_keeps_their_end(mixed_town, sirs):
    assert graph_of(Waning, Waning().values()).interrupts
    assert not graph_of(sirs, sirs().values()).interrupts
    assert len(mixed_town(sirs(), count=50).start()._run.until) == 0
    assert len(mixed_town(Waning(), count=50).start()._run.until) == 50


def test_a_fork_of_a_run_with_ended_stays_continues_alike(mixed_town):
    town = mixed_town(Waning(), count=801)
    for kind in KINDS:
        kernel = ran(town, 100, 801, kind=kind)
        twin = kernel.fork()
        for one in (kernel, twin):
            for day in range(101, 160):
                one.advance(day, arriving(day, 801, NOBODY))
        assert kernel.log.table(159).sha256() == twin.log.table(159).sha256()
