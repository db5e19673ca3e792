"""Who is infected on day 0."""

import numpy as np

from populace.engine.people import People, Places
from populace.engine.start import drawn_first
from populace.engine.streams import run_key


def city(sizes: list[int]) -> People:
    """Make regions of these many people."""
    region = np.repeat(np.arange(len(sizes)), sizes).astype(np.uint16)
    count = len(region)
    names = tuple(str(number) for number in range(len(sizes)))
    zeros = np.zeros(count, np.float32)
    places = Places(names, names, ("",) * len(sizes))
    dwelling = np.arange(count, dtype=np.int32)
    return People(np.full(count, 30, np.uint8), region, dwelling, zeros, zeros.copy(), places)


def test_the_first_infected_live_in_as_many_regions_as_asked() -> None:
    people = city([500] * 20)
    first = drawn_first(run_key(1), people, 60, 3)
    assert len(np.unique(first)) == 60
    assert len(np.unique(people.region_index[first])) == 3


def test_empty_regions_are_never_drawn_and_too_many_are_all_there_are() -> None:
    people = city([0, 30, 0, 40, 10])
    first = drawn_first(run_key(2), people, 80, 9)
    np.testing.assert_array_equal(first, np.arange(80))


def test_regions_are_drawn_in_proportion_to_their_people() -> None:
    people = city([900, 100])
    hits = [people.region_index[drawn_first(run_key(seed), people, 1, 1)[0]] for seed in range(600)]
    # 60 expected of 600, standard deviation 7.3.
    assert 38 <= sum(hits) <= 82


def test_zero_regions_means_everywhere() -> None:
    people = city([100] * 50)
    first = drawn_first(run_key(3), people, 1_000, 0)
    assert len(np.unique(people.region_index[first])) == 50
