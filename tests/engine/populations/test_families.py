"""Who lives with whom, in neighbourhoods that leave little choice."""

import numpy as np
import pytest

from populace.engine.populations._nyc.dealing import generator
from populace.engine.populations._nyc.families import member_ages


def counts_of(**people: int) -> np.ndarray:
    """People per year of age from ``age_30=4``."""
    counts = np.zeros(101, np.int64)
    for name, count in people.items():
        counts[int(name.removeprefix("age_"))] = count
    return counts


def test_everybody_gets_one_of_the_given_ages():
    counts = np.zeros(101, np.int64)
    counts[0:18], counts[20:80] = 10, 12
    sizes = np.array([1, 2, 3, 4, 5] * 60)
    ages = member_ages(sizes, counts, 0.3, generator(1, "test"))
    # At most a handful of parents needed another age than was there.
    assert np.abs(np.bincount(ages, minlength=101) - counts).sum() <= 4


def test_only_the_one_possible_parent_becomes_one():
    ages = member_ages(
        np.array([2, 2]), counts_of(age_5=1, age_30=1, age_80=2), 0.5, generator(1, "test")
    )
    households = {tuple(sorted(pair)) for pair in ages.reshape(2, 2).tolist()}
    assert households == {(5, 30), (80, 80)}


def test_a_parent_of_impossible_age_is_given_the_nearest_possible_one():
    ages = member_ages(np.array([2]), counts_of(age_3=1, age_90=1), 1.0, generator(1, "test"))
    assert ages.tolist() == [48, 3]


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_no_household_is_of_children_alone(share):
    counts = counts_of(age_7=40, age_35=60)
    sizes = np.array([1] * 20 + [2] * 20 + [4] * 10)
    ages = member_ages(sizes, counts, share, generator(2, "test"))
    first = np.cumsum(sizes) - sizes
    assert np.all(np.maximum.reduceat(ages, first) >= 18)
    assert (ages < 18).sum() == 40


def test_siblings_are_a_few_years_apart():
    counts = np.zeros(101, np.int64)
    counts[0:18], counts[30:50] = 20, 36
    sizes = np.full(180, 6)
    ages = member_ages(sizes, counts, 0.9, generator(3, "test")).astype(int).reshape(180, 6)
    child = ages < 18
    spread = np.where(child, ages, -1).max(axis=1) - np.where(child, ages, 99).min(axis=1)
    assert np.mean(spread[child.sum(axis=1) > 1]) < 5
