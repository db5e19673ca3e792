"""The world: networks in the form that kernels read."""

import numpy as np
import pytest

from populace.engine.contacts import Edges, Groups, Mixing
from populace.engine.world import CELLS, EDGES, MEMBERS, RANGES, World, network_shape


def test_each_shape_of_contacts_is_told_apart():
    group = np.array([0, 0, 1], np.int32)
    each = np.array([0.0, 0.0, 1.0])
    mixing = Mixing(group, np.array([0, 2, 3]), np.ones((16, 16)), np.full(16, 1 / 16))
    found = [
        network_shape("any", False, contacts).shape
        for contacts in (
            Groups.of_sorted(group, each),
            Groups.of_members(group, each),
            Edges.of_pairs(3, np.array([0]), np.array([1]), 1.0),
            mixing,
        )
    ]
    assert found == [RANGES, MEMBERS, EDGES, CELLS]


def test_networks_are_sorted_by_name_and_keyed_by_it(make_people):
    edges = Edges.of_pairs(5, np.array([0]), np.array([1]), 1.0)
    shapes = [network_shape(name, False, edges) for name in ("b", "c", "a")]
    world = World.of_shapes(make_people(5), shapes)
    assert [shape.name for shape in world.networks] == ["a", "b", "c"]
    assert world.networks[1].key == shapes[0].key


def test_a_world_without_networks_is_refused(make_people):
    with pytest.raises(ValueError, match="at least one network"):
        World.of_shapes(make_people(5), [])


def test_groups_make_up_for_draws_that_hit_oneself():
    """In a group of n, a share 1/n of the draws is lost, so n / (n - 1) as many are made."""
    by_size = np.array([0.0, 0.0, 1.0, 2.0, 3.0])
    rates = network_shape("any", False, Groups.of_sorted(np.zeros(4, np.int32), by_size)).rates
    np.testing.assert_allclose(rates[:5], [0, 0, 2.0, 3.0, 4.0])
    assert rates[10] == pytest.approx(3.0 * 10 / 9), "larger groups have the rate of the last size"


def test_the_rate_along_edges_grows_with_their_number():
    star = Edges.of_pairs(4, np.zeros(3, int), np.arange(1, 4), 0.5)
    np.testing.assert_allclose(network_shape("any", False, star).rates, [0, 0.5, 1.0, 1.5])


def test_both_ends_of_a_pair_list_each_other():
    edges = Edges.of_pairs(4, np.array([0, 2]), np.array([1, 0]), 1.0)
    rows = [
        sorted(edges.targets[low:high])
        for low, high in zip(edges.pointers[:-1], edges.pointers[1:], strict=True)
    ]
    assert rows == [[1, 2], [0], [0], []]


def test_members_of_groups_are_those_who_belong_to_them():
    group_of = np.array([1, -1, 0, 1, -1], np.int32)
    groups = Groups.of_members(group_of, np.array([0.0, 0.0, 1.0]))
    assert groups.members.tolist() == [2, 0, 3]
    assert groups.pointers.tolist() == [0, 1, 3]


def test_mixing_keeps_the_contacts_of_the_matrix():
    """Attempts of band b times the chance of a target of band a are contacts[b, a]."""
    draw = np.random.default_rng(0)
    contacts, shares = draw.random((16, 16)), np.full(16, 1 / 16)
    shape = network_shape(
        "any", False, Mixing(np.zeros(9, np.int32), np.array([0, 9]), contacts, shares)
    )
    kept = shape.rates[:, None] * shares * shape.match.T / 2**16
    np.testing.assert_allclose(kept, contacts, atol=1e-4)


def test_age_bands_without_people_are_met_by_nobody():
    shares = np.full(16, 1 / 15)
    shares[3] = 0.0
    shape = network_shape(
        "any", False, Mixing(np.zeros(9, np.int32), np.array([0, 9]), np.ones((16, 16)), shares)
    )
    assert np.isfinite(shape.rates).all()
    assert (shape.match[3] == 0).all()


def test_the_world_cannot_be_written(mixed_town):
    from populace.engine.diseases.sir import Sir

    world = mixed_town(Sir(), count=50).world
    for column in (world.age_band, world.region, world.networks[0].pointers):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1
