"""The fast kernel and the reference write the same events, byte for byte."""

import numpy as np
import pytest

from populace.engine.behaviours.isolate_when_ill import IsolateWhenIll
from populace.engine.contacts import Edges, Groups
from populace.engine.diseases.covid_like import CovidLike
from populace.engine.diseases.seir import Seir
from populace.engine.diseases.sir import Sir

DAYS = 70


def called(name, part):
    """Return a part with a name of its own."""
    part.called = name
    return part


@pytest.fixture(scope="module")
def scenarios(mixed_town, sirs):
    """Return towns, and the changes while they run."""
    seir = Seir(transmission=0.08, latent_shape=4, infectious_shape=3)
    covid = CovidLike(transmission=0.3, severity=2.0)
    isolating = [IsolateWhenIll(share_isolating=0.8)]
    # The first behaviour is for some people, the second for others, the third for everybody.
    aimed = [
        called("later", IsolateWhenIll(share_isolating=0.9, target_age_min=50)),
        called("elsewhere", IsolateWhenIll(share_isolating=1.0, target_places="1", reduction=0.4)),
        IsolateWhenIll(share_isolating=0.3),
    ]
    waning = sirs(transmission=0.07)
    return {
        "seir": (mixed_town(seir), {}),
        "sir": (mixed_town(Sir(transmission=0.09)), {}),
        "covid_like, isolation": (mixed_town(covid, behaviours=isolating), {}),
        "isolation of some people": (mixed_town(covid, behaviours=aimed), {}),
        "reinfection": (mixed_town(waning), {}),
        "sliders above the bound and at 0": (
            mixed_town(seir, headroom=1.0),
            {
                10: {"transmission": 0.2},
                13: {"transmission": 0.06, "intensity": {"household": 0.0}},
                30: {"intensity": {"household": 2.5, "community": 0.0}},
                50: {"transmission": 0.0},
                55: {},
            },
        ),
        "shares and behaviour moved": (
            mixed_town(covid, behaviours=isolating),
            {
                20: {"severity": 3.0, "behaviours": [IsolateWhenIll(share_isolating=0.0)]},
                40: {"severity": 0.0, "behaviours": [IsolateWhenIll(share_isolating=1.0)]},
            },
        ),
        "stays changed": (
            mixed_town(seir),
            {15: {"infectious_period": 12.5, "latent_period": 1.0}, 40: {"infectious_period": 1.0}},
        ),
    }


@pytest.fixture(scope="module")
def by_reference(scenarios):
    """Return the table of events of a scenario as the reference writes it; each is run once."""
    kept = {}

    def table(name, seed):
        if (name, seed) not in kept:
            town, changes = scenarios[name]
            kernel = town.start("reference", seed)
            kept[name, seed] = town.run(kernel, DAYS, changes=changes).log.table(DAYS)
        return kept[name, seed]

    return table


NAMES = (
    "seir",
    "sir",
    "covid_like, isolation",
    "isolation of some people",
    "reinfection",
    "sliders above the bound and at 0",
    "shares and behaviour moved",
    "stays changed",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", [1, 2**32 - 1])
def test_fast_writes_what_the_reference_writes(scenarios, by_reference, name, seed):
    town, changes = scenarios[name]
    expected = by_reference(name, seed)
    found = town.run(town.start("fast", seed), DAYS, changes=changes).log.table(DAYS)
    assert len(expected.day) > 1_000, "the epidemic must be large enough to compare"
    assert found.sha256() == expected.sha256()


@pytest.mark.parametrize(
    "name", ["covid_like, isolation", "isolation of some people", "reinfection"]
)
@pytest.mark.parametrize("chunks", [1, 3, 16, 32])
@pytest.mark.parametrize("threads", [1, 2])
def test_chunks_and_threads_change_nothing(scenarios, by_reference, name, chunks, threads):
    town, changes = scenarios[name]
    kernel = town.start("fast", 1, chunks=chunks, threads=threads)
    town.run(kernel, DAYS, changes=changes)
    assert kernel.log.table(DAYS).sha256() == by_reference(name, 1).sha256()


def test_seeds_differ(by_reference):
    assert by_reference("seir", 1).sha256() != by_reference("seir", 2**32 - 1).sha256()


@pytest.mark.parametrize(
    "stay",
    [
        {"immunity": 200.0, "immunity_shape": 3},
        {"immunity": 400.0, "immunity_shape": 0},
        {"immunity": 127.5, "immunity_shape": 0},  # about the length of the fast calendar
        {"infectious_period": 150.0, "transmission": 0.004},
    ],
)
def test_stays_longer_than_the_calendar_end_on_their_day(mixed_town, sirs, stay):
    town = mixed_town(sirs(**{"transmission": 0.1} | stay), count=301)
    days = 450
    fast, reference = (town.run(town.start(kind), days) for kind in ("fast", "reference"))
    expected = reference.log.table(days)
    assert (expected.after[expected.before > 0] == 0).sum() > 100, "immunity must have been lost"
    assert fast.log.table(days).sha256() == expected.sha256()


def test_everything_reported_about_a_day_is_equal(scenarios):
    town, _ = scenarios["covid_like, isolation"]
    pair = [town.start(kind, 3) for kind in ("fast", "reference")]
    for day in range(1, 60):
        for kernel in pair:
            kernel.advance(day)
        fast, reference = pair
        np.testing.assert_array_equal(fast.counts(), reference.counts())
        np.testing.assert_array_equal(fast.new_infections(), reference.new_infections())
        np.testing.assert_array_equal(fast.infections_by_lag(), reference.infections_by_lag())
        np.testing.assert_array_equal(fast.state(), reference.state())


@pytest.mark.parametrize("count", [0, 1, 2, 33])
def test_towns_of_hardly_anybody_run(mixed_town, count):
    town = mixed_town(Sir(transmission=0.5), count=count)
    runs = [town.run(town.start(kind, first=1), 40) for kind in ("fast", "reference")]
    first, second = (run.log.table(40) for run in runs)
    assert first.sha256() == second.sha256()
    assert runs[0].counts().sum() == count
    if count == 1:  # infected, recovered, and nobody to infect
        assert list(first.after) == [1, 2]


def test_a_network_that_nobody_belongs_to_infects_nobody(make_town, make_people):
    nobody = Groups.of_members(np.full(200, -1, np.int32), np.array([0.0, 0.0, 5.0]))
    town = make_town(make_people(200), {"workplace": nobody}, Sir(transmission=1.0))
    for kind in ("fast", "reference"):
        assert town.infected(30, kind=kind, first=20) == 20


def test_one_network_alone_runs(make_town, make_people):
    """The fast kernel is compiled anew for each number of networks."""
    ring = Edges.of_pairs(300, np.arange(300), (np.arange(300) + 1) % 300, 0.5)
    town = make_town(make_people(300), {"ring": ring}, Sir(transmission=0.5), pad=False)
    fast, reference = (town.run(town.start(kind), 60) for kind in ("fast", "reference"))
    assert fast.log.table(60).sha256() == reference.log.table(60).sha256()
