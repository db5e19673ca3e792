"""Designs over whole ranges: known functions give what theory says, and chance is told apart."""

import numpy as np
import pytest

from populace.engine.errors import ProjectError
from populace.engine.sensitivity import global_design
from populace.engine.sensitivity.global_design import (
    CHANCE,
    STEP,
    block_length,
    design_of,
    importances,
)
from populace.engine.sensitivity.ranges import Range

RANGES = [Range(name, -np.pi, np.pi) for name in ("a", "b", "c")]
# Of Ishigami's function with 7 and .1 (Ishigami and Homma 1990): alone, and in all.
ALONE, IN_ALL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)


def ishigami(x):
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def dice(seeds):
    """Return a draw for each seed, the same for the same seed."""
    return np.array([np.random.default_rng(int(seed)).normal() for seed in seeds])


def test_sobol_finds_the_shares_of_ishigamis_function():
    design = design_of("sobol", RANGES, points=6 * 2_048, seed=3)
    *numbers, chance = importances(design, ishigami(design.values))
    for one, alone, total in zip(numbers, ALONE, IN_ALL, strict=True):
        assert one.alone == pytest.approx(alone, abs=0.03)
        assert one.value == pytest.approx(total, abs=0.03)
        assert one.alone_low <= alone <= one.alone_high
        assert one.low <= total <= one.high
        assert one.high - one.low < 0.2
    assert (chance.path, chance.value, chance.alone) == (CHANCE, 0.0, 0.0)


@pytest.mark.parametrize("much", [1.0, 3.0])
def test_chance_gets_its_own_share_and_the_numbers_the_rest(much):
    """Dice with so many times the variance of the function."""
    design = design_of("sobol", RANGES, points=6 * 2_048, seed=3)
    known = ishigami(design.values)
    outcomes = known + np.sqrt(much * 13.845) * dice(design.seeds)  # the function's variance
    *numbers, chance = importances(design, outcomes)
    assert chance.value == pytest.approx(much / (1 + much), abs=0.04)
    for one, total in zip(numbers, IN_ALL, strict=True):
        assert one.value == pytest.approx(total / (1 + much), abs=0.03)


def test_intervals_of_sobol_hold_the_truth_about_as_often_as_they_say():
    held = []
    for seed in range(1, 61):
        design = design_of("sobol", RANGES, points=6 * 128, seed=1_000 * seed)
        *numbers, _ = importances(design, ishigami(design.values))
        held += [one.low <= total <= one.high for one, total in zip(numbers, IN_ALL, strict=True)]
    assert np.mean(held) > 0.9


def test_morris_gives_the_slopes_of_a_straight_line_and_no_spread():
    design = design_of("morris", [Range("up", 0, 2), Range("down", 5, 6), Range("no", 0, 1)])
    x = design.values
    up, down, no, _ = importances(design, 3 * x[:, 0] - 4 * x[:, 1])
    assert (up.value, up.mean, up.spread) == pytest.approx((6, 6, 0))
    assert (down.value, down.mean, down.spread) == pytest.approx((4, -4, 0), abs=1e-9)
    assert no.value == pytest.approx(0, abs=1e-9)


def test_morris_tells_a_number_whose_effect_depends_on_others_by_its_spread():
    design = design_of("morris", [Range("a", -1, 1), Range("b", -1, 1)], points=4 * 200)
    a, _, chance = importances(design, design.values[:, 0] * design.values[:, 1])
    assert abs(a.mean) < 0.3 * a.value
    assert a.spread > a.value
    assert chance.value == 0


def test_morris_says_by_how_much_two_seeds_differ():
    design = design_of("morris", RANGES, points=5 * 400, seed=5)
    *numbers, chance = importances(design, 10 * dice(design.seeds))
    assert chance.value == pytest.approx(10 * 2 / np.sqrt(np.pi), rel=0.1)  # of two normal draws
    assert chance.low < 10 * 2 / np.sqrt(np.pi) < chance.high
    assert all(one.value == 0 for one in numbers)  # a number moves with the seed held


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_a_block_has_two_seeds_of_its_own_and_one_factor_moves_at_a_time(method):
    design = design_of(method, RANGES, points=200, seed=7)
    length = block_length(method, len(RANGES))
    blocks = design.seeds.reshape(-1, length)
    assert blocks.shape[0] == design.blocks
    assert [len(set(block)) for block in blocks.tolist()] == [2] * len(blocks)
    assert len(set(design.seeds.tolist())) == 2 * len(blocks)
    low, high = design.values.min(axis=0), design.values.max(axis=0)
    assert (low >= -np.pi).all()
    assert (high <= np.pi).all()
    if method == "morris":
        steps = np.diff(design.units.reshape(-1, length, 4), axis=1)
        assert ((steps != 0).sum(axis=2) == 1).all()
        assert np.abs(steps).max() == pytest.approx(STEP)


def test_the_same_seed_gives_the_same_design_and_the_same_intervals():
    one, other = (design_of("sobol", RANGES, points=200, seed=9) for _ in range(2))
    assert np.array_equal(one.units, other.units)
    outcomes = ishigami(one.values)
    assert importances(one, outcomes) == importances(other, outcomes)


def test_where_nothing_changes_nothing_matters():
    for method in ("morris", "sobol"):
        design = design_of(method, RANGES)
        found = importances(design, np.full(len(design.units), 12.0))
        assert [one.value for one in found] == [0.0] * 4


def test_too_few_runs_and_missing_outcomes_are_refused():
    with pytest.raises(ProjectError, match="at least 96 for 3 numbers by sobol, not 95"):
        design_of("sobol", RANGES, points=95)
    with pytest.raises(ProjectError, match="at least 20 for 3 numbers by morris, not 19"):
        design_of("morris", RANGES, points=19)
    with pytest.raises(ProjectError, match="no number to look at"):
        design_of("morris", [])
    design = design_of("morris", RANGES)
    with pytest.raises(ProjectError, match="do not have this outcome"):
        importances(design, np.full(len(design.units), np.nan))


def test_without_salib_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setattr(global_design, "find_spec", lambda name: None)
    with pytest.raises(ProjectError, match=r'pip install "populace\[explore\]"'):
        design_of("morris", RANGES)
