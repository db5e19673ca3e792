"""Networks that follow distance: the kernel, gravity and radiation against their formulas."""

import numpy as np
import pytest
from scipy import stats

from populace.engine.networks._draws import exponential, logarithm, power
from populace.engine.networks._regions import ground_metres, region_centres


def expected_by_distance(people, kernel, bins, half):
    """Return expected edges by distance, from all pairs: i chooses j in proportion to kernel."""
    x, y = ground_metres(people)
    away = np.hypot(x[:, None] - x, y[:, None] - y)
    chance = kernel(away)
    chance[people.dwelling[:, None] == people.dwelling] = 0.0
    chance *= half / chance.sum(axis=1, keepdims=True)
    # A pair is joined if at least one of both chooses the other at least once.
    either = 1 - np.exp(-(chance + chance.T))
    upper = np.triu_indices(len(x), 1)
    return np.histogram(away[upper], bins, weights=either[upper])[0]


@pytest.mark.parametrize(
    ("settings", "kernel"),
    [
        ({"scale": 2_000.0}, lambda d: (1 + d / 2_000) ** -2.75),
        ({"scale": 500.0, "exponent": 1.5}, lambda d: (1 + d / 500) ** -1.5),
        ({"scale": 3_000.0, "form": "exponential"}, lambda d: np.exp(-d / 3_000)),
    ],
)
def test_edges_get_rarer_with_distance_as_declared(towns, drawn, ends_of, settings, kernel):
    people = towns(2_500, home=2)
    bins = np.array([0, 200, 500, 1_000, 1_500, 2_000, 3_000, 6_000, 10_000, 20_000, 60_000.0])
    found = np.zeros(len(bins) - 1)
    x, y = ground_metres(people)
    for drawing in range(4):
        source, target = ends_of(drawn("spatial_kernel", people, drawing=drawing, **settings))
        away = np.hypot(x[source] - x[target], y[source] - y[target])
        found += np.histogram(away[source < target], bins)[0]
    expected = 4 * expected_by_distance(people, kernel, bins, 5)
    assert found.sum() == pytest.approx(expected.sum(), rel=0.01)
    kept = expected > 20
    assert kept.sum() >= 6
    difference = (found - expected)[kept] / np.sqrt(expected[kept])
    assert np.abs(difference).max() < 4.5, difference


def test_nobody_chooses_somebody_of_their_own_dwelling(towns, drawn, ends_of):
    people = towns(2_000, home=4)
    source, target = ends_of(drawn("spatial_kernel", people, scale=50.0))
    assert (people.dwelling[source] != people.dwelling[target]).all()


def test_distances_are_on_the_ground_and_not_on_the_stretched_map(towns):
    people = towns(100, origin_lat=60.0)
    x, y = ground_metres(people)
    np.testing.assert_allclose(x, people.x * 0.5, rtol=1e-6)
    np.testing.assert_allclose(y, people.y * 0.5, rtol=1e-6)


def test_people_who_all_live_in_one_spot_are_chosen_evenly(make_people, drawn, degrees):
    edges = degrees(drawn("spatial_kernel", make_people(2_000)))
    assert edges.mean() == pytest.approx(10, rel=0.01)
    assert edges.var() == pytest.approx(5, rel=0.1)  # half chosen, half a Poisson number


def flows(people, edges, ends_of):
    """Count edges between every two regions; those inside one are left out."""
    source, target = (people.region_index[side].astype(int) for side in ends_of(edges))
    count = np.zeros((people.region_count,) * 2)
    np.add.at(count, (source, target), 1)
    np.fill_diagonal(count, 0)
    return count


def hold_against(found, pull, sizes, outside=0.4, half=5):
    """Hold flows against a formula: both directions of choosing make one undirected flow."""
    chosen = sizes[:, None] * half * outside * pull / pull.sum(axis=1, keepdims=True)
    expected = chosen + chosen.T
    upper = np.triu_indices(len(sizes), 1)
    assert (
        stats.chisquare(
            found[upper], expected[upper] * found[upper].sum() / expected[upper].sum()
        ).pvalue
        > 0.001
    )
    assert found.sum() / 2 == pytest.approx(expected[upper].sum(), rel=0.02)


def uneven(towns, **more):
    people = towns(60_000, regions=6, **more)
    sizes = np.array([25_000, 15_000, 8_000, 6_000, 4_000, 2_000])
    people = people.__class__(
        people.age,
        np.repeat(np.arange(6), sizes).astype(np.uint16),
        people.dwelling,
        people.x,
        people.y,
        people.places,
    )
    return people, sizes.astype(float)


@pytest.mark.parametrize(("size_power", "distance_power"), [(1.0, 2.0), (0.7, 1.0), (1.0, 0.0)])
def test_gravity_joins_regions_by_its_formula(towns, drawn, ends_of, size_power, distance_power):
    people, sizes = uneven(towns)
    edges = drawn(
        "gravity",
        people,
        outside=0.4,
        size_exponent=size_power,
        distance_exponent=distance_power,
    )
    x, y = region_centres(people)
    away = np.maximum(np.hypot(x[:, None] - x, y[:, None] - y), 500.0)
    pull = sizes**size_power / away**distance_power
    np.fill_diagonal(pull, 0)
    hold_against(flows(people, edges, ends_of), pull, sizes)


def test_radiation_joins_regions_by_its_formula(towns, drawn, ends_of):
    people, sizes = uneven(towns)
    x, y = region_centres(people)
    away = np.hypot(x[:, None] - x, y[:, None] - y)
    pull = np.zeros((6, 6))
    for i in range(6):
        for j in range(6):
            if i != j:
                between = sizes[(away[i] < away[i, j]) & (np.arange(6) != i)].sum()
                m, n = sizes[i], sizes[j]
                pull[i, j] = m * n / ((m + between) * (m + n + between))
    edges = drawn("radiation", people, outside=0.4)
    hold_against(flows(people, edges, ends_of), pull, sizes)


@pytest.mark.parametrize("name", ["gravity", "radiation"])
def test_the_declared_share_of_edges_leads_outside(towns, drawn, ends_of, name):
    people = towns(20_000, regions=8)
    edges = drawn(name, people, outside=0.25)
    assert flows(people, edges, ends_of).sum() / len(edges.targets) == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("name", ["gravity", "radiation"])
def test_with_one_region_everybody_is_chosen_at_home(towns, drawn, degrees, name):
    edges = degrees(drawn(name, towns(5_000, regions=1), outside=1.0))
    assert edges.mean() == pytest.approx(10, rel=0.01)


@pytest.mark.parametrize("name", ["gravity", "radiation"])
def test_a_region_without_people_is_never_chosen(towns, drawn, name):
    people = towns(3_000, regions=4)
    moved = np.where(people.region_index == 2, 1, people.region_index).astype(np.uint16)
    people = people.__class__(people.age, moved, people.dwelling, people.x, people.y, people.places)
    assert len(drawn(name, people, outside=1.0).targets) > 20_000


@pytest.mark.parametrize("x", [-650.0, -40.0, -1.0, -1e-9, 0.0, 0.3, 1.0, 2.75, 80.0])
def test_the_portable_exponential_is_the_exponential(x):
    assert exponential(x) == pytest.approx(np.exp(x), rel=4e-16 + abs(x) * 2e-16)


@pytest.mark.parametrize("x", [1e-12, 0.1, 0.70710678, 0.9999999, 1.0, 1.1, 2.0, 1e9])
def test_the_portable_logarithm_is_the_logarithm(x):
    assert logarithm(x) == pytest.approx(np.log(x), rel=5e-16, abs=1e-300)
    assert power(x, -2.75) == pytest.approx(x**-2.75, rel=1e-13)
