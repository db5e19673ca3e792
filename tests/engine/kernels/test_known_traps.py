"""Mistakes that were seen in other simulators; each test is named after one."""

import tracemalloc

import numpy as np
import pytest
from scipy.optimize import brentq

from populace.engine.contacts import Edges, Groups, Mixing
from populace.engine.diseases.seir import Seir
from populace.engine.diseases.sir import Sir

KINDS = ["fast", "reference"]


@pytest.fixture(scope="module")
def one_place(make_people):
    """Return 10,000 people who all meet one contact a day, anybody of them."""
    cell = np.zeros(10_000, np.int32)
    contacts = Mixing(cell, np.array([0, 10_000]), np.full((16, 16), 1 / 16), np.full(16, 1 / 16))
    return make_people(10_000), {"well_mixed": contacts}


@pytest.mark.parametrize("kind", KINDS)
def test_exposed_people_transmit_nothing(mixed_town, kind):
    latent = Seir(transmission=1.0, latent_period=60, latent_shape=0, initial_state="exposed")
    town = mixed_town(latent, count=301)
    assert town.infected(59, kind=kind, first=100) == 100


@pytest.mark.parametrize("disease", ["sir", "seir"])
def test_the_final_size_is_that_of_theory_whatever_the_latent_period(make_town, one_place, disease):
    """Transmitting while exposed, or infecting before one's turn, moves it by 1 to 25 %."""
    stay, first, r_0 = 4, 200, 2.1
    fixed = {"infectious_period": stay, "infectious_shape": 0, "transmission": r_0 / stay}
    town = make_town(*one_place, {"sir": Sir, "seir": Seir}[disease](**fixed))
    share = first / 10_000
    expected = brentq(lambda size: 1 - (1 - share) * np.exp(-r_0 * size) - size, 0.1, 1)
    sizes = [town.infected(130, seed=seed, first=first) / 10_000 for seed in range(8)]
    # 3 standard errors; the spread between runs is about .008.
    assert abs(np.mean(sizes) - expected) < 3 * 0.008 / np.sqrt(8)


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_of_networks_in_the_list_does_not_matter(
    make_town, mixed_town, make_people, kind
):
    draw = np.random.default_rng(1)
    contacts = {
        "friends": Edges.of_pairs(500, *draw.integers(0, 500, (2, 1_000)), 0.3),
        "class": Groups.of_members(draw.integers(0, 25, 500, np.int32), np.array([0, 0, 1.0])),
        "home": Groups.of_sorted(np.arange(500, dtype=np.int32) // 3, np.array([0.0, 0, 1, 2])),
    }
    other_order = dict(reversed(contacts.items()))
    pair = [
        make_town(make_people(500), listed, Sir(transmission=0.1))
        for listed in (contacts, other_order)
    ]
    first, second = (town.run(town.start(kind), 40).log.table(40).sha256() for town in pair)
    assert first == second


@pytest.mark.parametrize("kind", KINDS)
def test_edges_lead_both_ways(make_town, make_people, kind):
    """A pair is written once in the source; infection crosses it from either end."""
    edges = Edges.of_pairs(400, np.arange(0, 400, 2), np.arange(1, 400, 2), 5.0)
    town = make_town(make_people(400), {"pair": edges}, Sir(transmission=2.0, infectious_period=10))
    for end in (0, 1):
        infected = town.infected(10, kind=kind, first=np.arange(end, 400, 2))
        assert infected > 390


@pytest.mark.parametrize("kind", KINDS)
def test_contacts_are_those_of_each_infector_and_not_of_the_first(make_town, make_people, kind):
    """Person 0 has no contacts at all; groups of 2 and of 10 differ in their rates."""
    group = np.concatenate(
        [[0], np.repeat(np.arange(1, 301), 2), np.repeat(np.arange(301, 361), 10)]
    )
    by_size = np.array([0.0, 0.0, 0.4, 0, 0, 0, 0, 0, 0, 0, 3.6])
    home = Groups.of_sorted(group.astype(np.int32), by_size)
    people = len(group)
    town = make_town(
        make_people(people), {"household": home}, Sir(transmission=1.0, infectious_period=1)
    )
    first = np.flatnonzero(np.diff(group, prepend=-1))
    table = town.run(town.start(kind, first=first, infectious_shape=0), 1).log.table(1)
    infected = group[table.agent[table.infector >= 0]]
    chance = 1 - np.exp(-0.4)  # everybody meets each other person of the group .4 times a day
    for found, number in (((infected <= 300).sum(), 300), ((infected > 300).sum(), 540)):
        assert abs(found - number * chance) < 3 * np.sqrt(number * chance * (1 - chance))


@pytest.mark.parametrize("kind", KINDS)
def test_two_diseases_in_one_process_keep_their_own_numbers(mixed_town, kind):
    """Nothing of a model is kept in a register of the process."""
    mild, severe = mixed_town(Sir(transmission=0.01)), mixed_town(Sir(transmission=0.3))
    alone = mild.run(mild.start(kind), 30).log.table(30).sha256()
    both = [mild.start(kind), severe.start(kind)]
    for day in range(1, 31):
        for kernel in both:
            kernel.advance(day)
    assert both[0].log.table(30).sha256() == alone
    assert both[1].log.table(30).sha256() != alone


@pytest.mark.parametrize("kind", KINDS)
def test_a_quiet_day_keeps_no_copy_of_the_state(mixed_town, kind):
    town = mixed_town(Sir(transmission=0.0, infectious_period=1, infectious_shape=0), count=20_001)
    kernel = town.run(town.start(kind), 5)
    before = kernel.log.size_bytes()
    tracemalloc.start()
    town.run(kernel, 105, first_day=6)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kernel.log.size_bytes() == before
    assert grown < 100 * 20_001 / 4, "100 days must take less than a quarter of 100 copies"


@pytest.mark.parametrize("kind", KINDS)
def test_no_fraction_of_anybody_is_stuck_between_states(mixed_town, kind):
    """When all stays have ended, everybody is in a state without a way out."""
    town = mixed_town(Seir(transmission=0.1))
    kernel = town.run(town.start(kind), 120, changes={60: {"transmission": 0.0}})
    counts = kernel.counts().sum(axis=0)
    assert counts[1] == counts[2] == 0
    assert counts[0] + counts[3] == town.world.agent_count
    assert counts[3] > 100


@pytest.mark.parametrize("kind", KINDS)
def test_who_becomes_susceptible_again_gets_new_draws(mixed_town, sirs, kind):
    """With the draws of the first episode again, everybody would stay as long every time."""
    town = mixed_town(sirs(transmission=0.5, immunity=10.0), count=301)
    table = town.run(town.start(kind), 150).log.table(150)
    stays = {}
    for agent in range(301):
        own = table.agent == agent
        days, before, after = table.day[own], table.before[own], table.after[own]
        ill = days[before == 1] - days[after == 1][: (before == 1).sum()]
        stays[agent] = set(ill)
    assert np.mean([len(different) for different in stays.values()]) > 2
