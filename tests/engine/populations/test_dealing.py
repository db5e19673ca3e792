"""Controlled rounding."""

import numpy as np
import pytest

from populace.engine.populations._nyc.dealing import apportion, cut, deck, generator, systematic


@pytest.mark.parametrize("total", [0, 1, 7, 1_000])
def test_split_counts_add_up_and_differ_from_their_share_by_less_than_one(total):
    shares = np.array([0.2, 0.0, 3.1, 0.7])
    exact = shares / shares.sum() * total
    for counts in (apportion(shares, total), systematic(shares, total, generator(1, "test"))):
        assert counts.sum() == total
        assert np.all(np.abs(counts - exact) < 1)
        assert counts[1] == 0


def test_systematic_rounding_is_unbiased():
    shares = np.array([0.15, 0.25, 0.6])
    drawn = [systematic(shares, 3, generator(part, "test")) for part in range(3_000)]
    # Standard error of each mean: at most 0.5 / sqrt(3000) = 0.009.
    assert np.mean(drawn, axis=0) == pytest.approx(shares * 3, abs=0.04)


def test_a_deck_holds_each_index_as_often_as_its_share_and_is_shuffled():
    cards = deck(np.array([0.5, 0.25, 0.25]), 400, generator(1, "test"))
    assert np.bincount(cards).tolist() == [200, 100, 100]
    assert np.count_nonzero(np.diff(cards)) > 100


def test_cut_takes_whole_groups_but_the_last():
    assert cut(7, np.array([3, 3, 3])).tolist() == [3, 3, 1]
    assert cut(6, np.array([3, 3, 3])).tolist() == [3, 3]


def test_streams_with_other_names_or_parts_draw_other_numbers():
    first = {float(generator(*key).random()) for key in ((1, "a"), (1, "b"), (2, "a"), (1, "a", 1))}
    assert len(first) == 4
    assert generator(1, "a").random() in first
