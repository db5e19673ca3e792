"""How likely an infection is: exact laws, tested on many independent people at once."""

import numpy as np
import pytest
from scipy.stats import chisquare

from populace.engine.contacts import Edges, Groups, Mixing
from populace.engine.diseases.sir import Sir

STAY = 6  # days that everybody is infectious
PAIRS = 4_000


def pairs(shape):
    """Return contacts of people 2i with 2i + 1, at one contact a day with each other."""
    couple = np.repeat(np.arange(PAIRS, dtype=np.int32), 2)
    ends = np.arange(0, 2 * PAIRS + 1, 2, dtype=np.int64)
    each = np.array([0.0, 0.0, 1.0])
    match shape:
        case "ranges":
            return Groups.of_sorted(couple, each)
        case "members":
            return Groups.of_members(couple, each)
        case "edges":
            return Edges.of_pairs(2 * PAIRS, ends[:-1], ends[:-1] + 1, 1.0)
        case "cells":
            # Two contacts a day with anybody in the cell, oneself included: one with the other.
            return Mixing(couple, ends, np.full((16, 16), 2.0 / 16), np.full(16, 1 / 16))


def chance_of_each_day(daily):
    """Return the chance to be infected on day 1, 2 ... STAY, and never: P(escape) = exp(-sum)."""
    escaped = np.exp(-daily * np.arange(STAY + 1))
    return np.append(-np.diff(escaped), escaped[-1])


def found_by_day(town, **options):
    sources = np.arange(0, 2 * PAIRS, 2)
    kernel = town.run(town.start(first=sources, **options), STAY + 1)
    table = kernel.log.table(STAY + 1)
    days = table.day[(table.before == 0) & (table.day > 0)]
    by_day = np.bincount(days, minlength=STAY + 2)[1:]
    assert by_day[STAY] == sum(days == STAY + 1)
    return days


def counts_of(days):
    """Count infections of targets by the first STAY days; the last number counts the spared."""
    by_day = np.bincount(days, minlength=STAY + 2)[1 : STAY + 1]
    return np.append(by_day, PAIRS - by_day.sum())


@pytest.mark.parametrize("shape", ["ranges", "members", "edges", "cells"])
@pytest.mark.parametrize("headroom", [1.0, 4.0, 8.0])
def test_the_chance_to_escape_is_exp_of_minus_lambda(make_town, make_people, shape, headroom):
    disease = Sir(transmission=0.3, infectious_period=STAY, infectious_shape=0)
    town = make_town(make_people(2 * PAIRS), {"pair": pairs(shape)}, disease, headroom=headroom)
    found = counts_of(found_by_day(town))
    assert chisquare(found, PAIRS * chance_of_each_day(0.3)).pvalue > 0.001


@pytest.mark.parametrize("factor", [0.0, 0.5, 1.0, 2.5, 7.0])
def test_a_moved_slider_gives_the_law_of_its_new_value(make_town, make_people, factor):
    """Above 4, the headroom, further slabs of attempts are drawn: the rate is never clipped."""
    disease = Sir(transmission=0.1, infectious_period=STAY, infectious_shape=0)
    town = make_town(make_people(2 * PAIRS), {"pair": pairs("edges")}, disease)
    found = counts_of(found_by_day(town, transmission=0.1 * factor))
    expected = PAIRS * chance_of_each_day(0.1 * factor)
    if factor == 0:
        assert found[-1] == PAIRS
    else:
        assert chisquare(found, expected).pvalue > 0.001


def test_two_networks_add_up(make_town, make_people):
    disease = Sir(transmission=0.15, infectious_period=STAY, infectious_shape=0)
    both = {"members": pairs("members"), "edges": pairs("edges")}
    town = make_town(make_people(2 * PAIRS), both, disease)
    found = counts_of(found_by_day(town))
    assert chisquare(found, PAIRS * chance_of_each_day(0.3)).pvalue > 0.001


def test_ties_favour_no_network(make_town, make_people):
    """Equal rates, but one network's attempts are thinned four times as much as the other's."""
    disease = Sir(transmission=1.5, infectious_period=1, infectious_shape=0)
    same = pairs("edges")
    town = make_town(
        make_people(2 * PAIRS),
        {"first": same, "second": same},
        disease,
        headroom=1.0,
        bound_intensity={"second": 4.0},
    )
    kernel = town.run(town.start(first=np.arange(0, 2 * PAIRS, 2)), 1)
    first, second = kernel.new_infections()[:2]
    infected = first + second
    assert infected > 0.9 * PAIRS, "nearly all must have been infected, most of them by both"
    assert abs(first - infected / 2) < 3 * np.sqrt(infected / 4)


def test_ties_favour_no_infector(make_town, make_people):
    """Each target has a friend with a lower number and one with a higher number."""
    people = 3 * PAIRS
    target = np.arange(1, people, 3)
    edges = Edges.of_pairs(
        people, np.concatenate([target, target]), np.concatenate([target - 1, target + 1]), 1.0
    )
    disease = Sir(transmission=2.0, infectious_period=1, infectious_shape=0)
    town = make_town(make_people(people), {"friends": edges}, disease)
    first = np.flatnonzero(np.arange(people) % 3 != 1)
    table = town.run(town.start(first=first), 1).log.table(1)
    infected = table.infector >= 0
    lower = (table.infector < table.agent)[infected].sum()
    assert abs(lower - infected.sum() / 2) < 3 * np.sqrt(infected.sum() / 4)


@pytest.mark.parametrize("kind", ["fast", "reference"])
def test_hubs_keep_all_their_contacts(make_town, make_people, kind):
    """722 friends at .05 are 36 attempts a day, three times the widest Poisson table."""
    hubs, degree, daily = 30, 722, 0.05
    people = hubs * (degree + 1)
    leaf = np.arange(people).reshape(hubs, degree + 1)
    edges = Edges.of_pairs(people, np.repeat(leaf[:, 0], degree), leaf[:, 1:].ravel(), 1.0)
    disease = Sir(transmission=daily, infectious_period=1, infectious_shape=0)
    town = make_town(make_people(people), {"friends": edges}, disease)
    kernel = town.run(town.start(kind, first=leaf[:, 0]), 1)
    chance = 1 - np.exp(-daily)
    standard_error = np.sqrt(hubs * degree * chance * (1 - chance))
    assert abs(kernel.new_infections().sum() - hubs * degree * chance) < 3 * standard_error


def test_everybody_in_a_group_is_met_alike(make_town, make_people):
    size, groups = 5, 2_000
    group = np.repeat(np.arange(groups, dtype=np.int32), size)
    home = Groups.of_sorted(group, np.append(0.0, np.arange(8.0)))
    disease = Sir(transmission=0.5, infectious_period=1, infectious_shape=0)
    town = make_town(make_people(size * groups), {"household": home}, disease)
    table = town.run(town.start(first=np.arange(0, size * groups, size)), 1).log.table(1)
    infected = table.agent[table.infector >= 0]
    others = np.bincount(infected % size, minlength=size)
    assert others[0] == 0
    chance = 1 - np.exp(-0.5)
    assert chisquare(others[1:]).pvalue > 0.001
    assert abs(others.sum() - 4 * groups * chance) < 3 * np.sqrt(4 * groups * chance * (1 - chance))


def test_susceptibility_and_age_scale_the_chance(make_town, make_people):
    """Contacts of a mixing network reach each age band as often as its matrix says."""
    people = make_people(30_000)
    band = people.age_band()
    shares = np.bincount(band, minlength=16) / 30_000
    by_age = np.outer(np.ones(16), np.arange(1.0, 17.0)) * shares
    cell = np.zeros(30_000, np.int32)
    everywhere = Mixing(cell, np.array([0, 30_000]), by_age, shares)
    disease = Sir(transmission=0.05, infectious_period=1, infectious_shape=0)
    town = make_town(people, {"community": everywhere}, disease)
    table = town.run(town.start(first=3_000), 1).log.table(1)
    infected = np.bincount(band[table.agent[table.infector >= 0]], minlength=16)
    spared = np.bincount(band, minlength=16) - np.bincount(
        band[table.agent[table.day == 0]], minlength=16
    )
    expected = spared * (1 - np.exp(-0.05 * 0.1 * np.arange(1.0, 17.0)))
    deviations = (infected - expected) ** 2 / (expected * (1 - expected / spared))
    assert deviations.sum() < 39.25  # the .999 quantile of chi-square with 16 degrees of freedom


def test_ids_mean_nothing(make_town, make_people):
    """The same town with people in another order has the same epidemics on average."""
    count = 400
    draw = np.random.default_rng(5)
    work = draw.integers(0, 40, count)
    pair = draw.integers(0, count, (2, 800))
    order = draw.permutation(count)
    disease = Sir(transmission=0.11, infectious_period=5, infectious_shape=2)
    attacks = []
    for place in (np.arange(count), order):
        shuffled = np.empty(count, np.int32)
        shuffled[place] = work
        contacts = {
            "workplace": Groups.of_members(shuffled, np.array([0.0, 0.0, 2.0])),
            "friends": Edges.of_pairs(count, place[pair[0]], place[pair[1]], 0.5),
        }
        town = make_town(make_people(count), contacts, disease)
        attacks.append([town.infected(60, seed=seed, first=8) for seed in range(50)])
    means, variances = np.mean(attacks, axis=1), np.var(attacks, axis=1, ddof=1)
    assert 0.2 * count < means[0] < 0.8 * count
    assert abs(means[0] - means[1]) < 3 * np.sqrt(variances.sum() / 50)
