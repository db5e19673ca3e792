"""The event log and its table."""

import hashlib

import numpy as np
import pytest

from populace.engine.diseases.sir import Sir
from populace.engine.events import NOBODY, NOWHERE, Events, first_infected, no_events
from populace.engine.kernels.reference import DayLog


def block(agents, before=1, after=2):
    count = len(agents)
    return Events(
        np.array(agents, np.int32),
        np.full(count, before, np.uint8),
        np.full(count, after, np.uint8),
        np.full(count, NOBODY, np.int32),
        np.full(count, NOWHERE, np.uint8),
    )


class Blocks(DayLog):
    """A log that hands out each day in several blocks."""

    def day(self, day):
        events = self._days[day]
        for agent in range(len(events.agent)):
            yield Events(*(column[agent : agent + 1] for column in vars(events).values()))


def test_the_table_is_sorted_by_day_and_agent():
    log = DayLog([first_infected(np.array([4, 2]), 1), block([9, 3, 5]), no_events(), block([1])])
    table = log.table(3)
    assert table.day.tolist() == [0, 0, 1, 1, 1, 3]
    assert table.agent.tolist() == [2, 4, 3, 5, 9, 1]
    assert log.table(1).agent.tolist() == [2, 4, 3, 5, 9]


def test_the_digest_knows_nothing_of_blocks_and_their_order():
    days = [first_infected(np.array([0]), 1), block([9, 3, 5])]
    turned = [days[0], block([5, 9, 3])]
    digests = {log.table(1).sha256() for log in (DayLog(days), DayLog(turned), Blocks(days))}
    assert len(digests) == 1


@pytest.mark.parametrize("changed", [block([9, 3, 6]), block([9, 3, 5], after=3), block([9, 3])])
def test_the_digest_knows_every_event(changed):
    first = first_infected(np.array([0]), 1)
    same = DayLog([first, block([9, 3, 5])]).table(1).sha256()
    assert DayLog([first, changed]).table(1).sha256() != same


def test_the_digest_is_of_the_columns_as_they_stand():
    """Another program can compute it: day, agent, before, after, infector, network, in bytes."""
    log = DayLog([first_infected(np.array([2, 300]), 1), block([2])])
    expected = hashlib.sha256()
    for values, kind in (
        ([0, 0, 1], "<i4"),
        ([2, 300, 2], "<i4"),
        ([0, 0, 1], "u1"),
        ([1, 1, 2], "u1"),
        ([-1, -1, -1], "<i4"),
        ([255, 255, 255], "u1"),
    ):
        expected.update(np.array(values, kind).tobytes())
    assert log.table(1).sha256() == expected.hexdigest()


def test_a_log_without_events_has_a_table():
    log = DayLog([first_infected(np.zeros(0, np.int32), 1), no_events()])
    assert len(log.table(1).day) == 0
    assert len(log.table(1).sha256()) == 64


@pytest.mark.parametrize("kind", ["fast", "reference"])
def test_the_log_tells_its_size(mixed_town, kind):
    town = mixed_town(Sir(transmission=0.1), count=301)
    kernel = town.start(kind)
    before = kernel.log.size_bytes()
    town.run(kernel, 20)
    events = len(kernel.log.table(20).day) - len(kernel.log.table(0).day)
    assert 5 * events <= kernel.log.size_bytes() - before <= 11 * events
