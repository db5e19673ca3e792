"""Draws that belong to agents: one to one, equal in every form, and without pattern."""

import hashlib

import numpy as np
import pytest
import torch
from numba import njit
from scipy.stats import chi2, chisquare

from populace.engine import streams
from populace.engine.kernels import draws, reference

M1, M2 = int(streams.M1), int(streams.M2)
MASK = 2**32 - 1


@njit
def mixed(words):
    found = np.empty_like(words)
    for row in range(len(words)):
        found[row] = draws.mix(words[row])
    return found


@njit
def drawn(agents, episode, run, state):
    found = np.empty(len(agents), np.uint32)
    for row in range(len(agents)):
        key = draws.agent_key(agents[row], episode, run)
        found[row] = draws.state_draw(streams.DWELL, state, key)
    return found


def unmixed(x):
    """Take `mix` back, step by step from its end."""
    x ^= x >> 16
    x = x * pow(M2, -1, 2**32) & MASK
    x ^= x >> 15 ^ x >> 30
    x = x * pow(M1, -1, 2**32) & MASK
    return x ^ x >> 16


def words(seed=1, count=20_000):
    return np.random.default_rng(seed).integers(0, 2**32, count, np.uint32)


def attempts(count=200_000, network="household"):
    """Return one draw each of many neighbouring agents: the stream that a run uses most."""
    agent = torch.arange(count)
    key = reference.agent_key(agent, torch.zeros_like(agent), int(streams.run_key(7)))
    day = reference.day_key(key, torch.full_like(agent, 5), 0)
    return reference.mix(day ^ int(streams.name_key(network))).numpy()


def test_mix_is_one_to_one():
    for x in [0, 1, 2, MASK, *map(int, words(count=2_000))]:
        assert unmixed(streams.mix_int(x)) == x


def test_python_numpy_numba_and_torch_hash_alike():
    sample = np.append(words(), np.array([0, 1, MASK], np.uint32))
    by_numba = mixed(sample)
    by_torch = reference.mix(torch.from_numpy(sample.astype(np.int64))).numpy()
    np.testing.assert_array_equal(by_numba, by_torch)
    np.testing.assert_array_equal(by_numba, streams.mix_all(sample))
    assert [streams.mix_int(int(x)) for x in sample[-500:]] == by_numba[-500:].tolist()


def test_numba_and_torch_draw_alike_for_people():
    agents = np.append(np.arange(1_000), 2**31 - 1 - np.arange(5))
    for run in (0, 7, MASK):
        for episode in (0, 1, 65_535):
            by_numba = drawn(agents, episode, np.uint32(run), 3)
            agent = torch.from_numpy(agents)
            key = reference.agent_key(agent, torch.full_like(agent, episode), run)
            by_torch = reference.state_draw(reference.DWELL, torch.full_like(agent, 3), key)
            np.testing.assert_array_equal(by_numba, by_torch.numpy())


def test_hashes_stay_what_they_are_from_version_to_version():
    """Another value would change every stored run."""
    assert hashlib.sha256(attempts(1_000).tobytes()).hexdigest()[:16] == "57fdcc3813c14574"


def test_two_people_never_share_a_key_within_an_episode():
    agent = torch.arange(500_000)
    for run in (1, 99):
        key = reference.agent_key(agent, torch.zeros_like(agent), run)
        assert len(torch.unique(key)) == len(agent)


def test_keys_of_networks_depend_on_nothing_but_the_name():
    assert streams.name_key("household") == streams.name_key("household")
    assert streams.name_key("household") != streams.name_key("school")


def test_both_halves_of_a_long_seed_count():
    keys = {int(streams.run_key(seed)) for seed in (5, 6, 5 + 2**32, 5 + 2**63, 2**64 - 1)}
    assert len(keys) == 5


@pytest.mark.parametrize("wanted", [0, 1, 30, 600, 999, 1_000])
def test_drawn_agents_are_different_people_in_order(wanted):
    found = streams.drawn_agents(np.uint32(3), 1_000, wanted)
    assert len(found) == wanted
    assert (np.diff(found) > 0).all()
    assert wanted == 0 or (found[0] >= 0 and found[-1] < 1_000)


def test_more_first_infected_than_people_are_everybody():
    np.testing.assert_array_equal(streams.drawn_agents(np.uint32(3), 5, 100), np.arange(5))
    assert len(streams.drawn_agents(np.uint32(3), 0, 100)) == 0


@pytest.mark.parametrize("wanted", [20, 70])
def test_everybody_is_drawn_alike(wanted):
    """Both ways of drawing: few of many, and most of few."""
    times = np.zeros(100)
    for seed in range(300):
        times[streams.drawn_agents(streams.run_key(seed), 100, wanted)] += 1
    # Draws without replacement spread less than a multinomial, by (1 - wanted / 100).
    statistic = chisquare(times).statistic / (1 - wanted / 100)
    assert chi2.sf(statistic, 99) > 0.001


def test_positions_are_even_and_inside():
    draw = torch.from_numpy(words(count=70_000).astype(np.int64))
    place = reference.below(draw, torch.full_like(draw, 7)).numpy()
    assert chisquare(np.bincount(place, minlength=7)).pvalue > 0.001
    edge = torch.tensor([0, MASK])
    assert reference.below(edge, torch.tensor([9, 9])).tolist() == [0, 8]


@pytest.mark.parametrize("shift", [0, 8, 16, 24])
def test_neighbouring_people_draw_evenly_in_every_byte(shift):
    counts = np.bincount(attempts() >> shift & 255, minlength=256)
    assert chisquare(counts).pvalue > 0.001


def test_the_draws_of_neighbours_are_independent():
    """Serial test: pairs of the top four bits of people i and i + 1, i + 2, i + 1000."""
    top = attempts() >> 28
    for step in (1, 2, 1_000):
        pairs = np.bincount(top[:-step] << 4 | top[step:], minlength=256)
        assert chisquare(pairs).pvalue > 0.001


def test_networks_episodes_and_days_of_one_person_are_independent():
    home, school = attempts() >> 28, attempts(network="school") >> 28
    assert chisquare(np.bincount(home << 4 | school, minlength=256)).pvalue > 0.001
    agent = torch.arange(200_000)
    tops = []
    for episode, lag in ((0, 5), (1, 5), (0, 6)):
        key = reference.agent_key(agent, torch.full_like(agent, episode), 77)
        tops.append(reference.day_key(key, torch.full_like(agent, lag), 0).numpy() >> 28)
    for other in tops[1:]:
        assert chisquare(np.bincount(tops[0] << 4 | other, minlength=256)).pvalue > 0.001


def test_one_bit_of_the_input_flips_half_of_the_output():
    """Avalanche of an agent's key: every output bit flips with a chance near a half."""
    agent = torch.from_numpy(words(count=20_000).astype(np.int64) & (2**31 - 1))
    zero = torch.zeros_like(agent)
    key = reference.agent_key(agent, zero, 7)
    for bit in range(31):
        flipped = key ^ reference.agent_key(agent ^ (1 << bit), zero, 7)
        shares = [(flipped >> out & 1).double().mean().item() for out in range(32)]
        # One pass of `mix` alone has biases up to .01; the key takes two.
        assert max(abs(share - 0.5) for share in shares) < 0.02


def test_mark_target_and_tie_of_an_attempt_are_independent():
    """Else the more thinned network would win ties, or hit some places more than others."""
    mark = torch.from_numpy(attempts())
    place = reference.mix(mark ^ reference.TARGET)
    tie = reference.mix(place ^ reference.TIE)
    tops = [part.numpy() >> 28 for part in (mark, place, tie)]
    for first, second in ((0, 1), (0, 2), (1, 2)):
        assert chisquare(np.bincount(tops[first] << 4 | tops[second])).pvalue > 0.001
