"""Runs beside each other: forks, threads, and memory that has to grow."""

from threading import Thread

import numpy as np
import pytest

from populace.engine.behaviours.isolate_when_ill import IsolateWhenIll
from populace.engine.diseases.covid_like import CovidLike
from populace.engine.diseases.sir import Sir
from populace.engine.kernels import cpu

KINDS = ["fast", "reference"]


@pytest.fixture(scope="module")
def town(mixed_town):
    isolating = [IsolateWhenIll(share_isolating=0.5)]
    return mixed_town(CovidLike(transmission=0.3), behaviours=isolating)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fork_continues_with_the_same_events(town, kind):
    alone = town.run(town.start(kind), 60).log.table(60).sha256()
    kernel = town.run(town.start(kind), 20)
    twin = kernel.fork()
    for each in (twin, kernel):
        assert town.run(each, 60, first_day=21).log.table(60).sha256() == alone


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_fork_leaves_the_original_alone(town, kind):
    alone = town.run(town.start(kind), 60).log.table(60).sha256()
    kernel = town.run(town.start(kind), 20)
    twin = kernel.fork()
    state, counts = kernel.state(), kernel.counts()
    town.run(twin, 60, first_day=21, changes={21: {"transmission": 0.9}})
    np.testing.assert_array_equal(kernel.state(), state)
    np.testing.assert_array_equal(kernel.counts(), counts)
    assert town.run(kernel, 60, first_day=21).log.table(60).sha256() == alone
    assert twin.log.table(60).sha256() != alone


def test_a_fork_of_a_fork_with_reinfection_and_long_stays_continues(mixed_town, sirs):
    town = mixed_town(sirs(transmission=0.2, immunity=130.0), count=301)
    alone = town.run(town.start(), 300).log.table(300).sha256()
    kernel = town.run(town.start(), 70).fork()
    kernel = town.run(kernel, 150, first_day=71).fork()
    assert town.run(kernel, 300, first_day=151).log.table(300).sha256() == alone


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_handed_out_is_a_copy(town, kind):
    kernel = town.run(town.start(kind), 10)
    for handed in (kernel.state, kernel.counts, kernel.new_infections, kernel.infections_by_lag):
        first = handed()
        kept = first.copy()
        first[...] = 1
        np.testing.assert_array_equal(handed(), kept)


def test_past_days_stay_readable_while_the_log_grows(town):
    kernel = town.run(town.start(), 15)
    early = kernel.log.table(15).sha256()
    town.run(kernel, 60, first_day=16)
    assert kernel.log.table(15).sha256() == early


def test_a_log_and_a_list_of_attempts_that_are_too_small_grow(town, monkeypatch):
    """Room for two events a chunk and one attempt: both must have been doubled on the way."""
    expected = town.run(town.start(), 60).log.table(60).sha256()
    grown = set()
    enlarge = cpu.FastKernel._enlarge
    monkeypatch.setattr(
        cpu.FastKernel,
        "_enlarge",
        lambda kernel, outcome: (grown.add(outcome), enlarge(kernel, outcome))[1],
    )
    kernel = town.start()
    chunks = kernel.log.strips.agent.shape[0]
    kernel.log.strips = cpu._strips(chunks, 2, 1)
    found, ordered = (np.empty((chunks, 1, 4), np.uint32) for _ in range(2))
    kernel._run = kernel._run._replace(found=found, sorted_found=ordered)
    town.run(kernel, 60)
    assert grown == {cpu.fast.LOG_FULL, cpu.fast.CANDIDATES_FULL}
    assert kernel.log.table(60).sha256() == expected


def test_three_runs_at_once_are_three_runs_one_after_the_other(town):
    def whole(seed):
        return town.run(town.start(seed=seed, threads=2), 60).log.table(60).sha256()

    expected = [whole(seed) for seed in range(3)]
    found = {}
    threads = [
        Thread(target=lambda seed=seed: found.update({seed: whole(seed)})) for seed in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert [found.get(seed) for seed in range(3)] == expected


def test_a_slider_changes_no_draw_of_those_it_does_not_reach(mixed_town):
    """A network that is closed leaves the first day's infections in the others as they were."""
    town = mixed_town(Sir(transmission=0.1))
    first = np.arange(0, 1_501, 10)
    tables = [
        town.run(town.start(first=first, intensity=intensity), 1).log.table(1)
        for intensity in ({}, {"household": 0.0})
    ]
    home = [shape.name for shape in town.world.networks].index("household")
    open_, closed = (
        {
            (int(agent), int(source))
            for agent, source, network in zip(
                table.agent, table.infector, table.network, strict=True
            )
            if source >= 0 and network != home
        }
        for table in tables
    )
    assert open_ <= closed
    assert len(closed - open_) < 10, "only those whom the household had infected first are new"
