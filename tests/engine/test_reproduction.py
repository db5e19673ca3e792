"""R_t from who infected whom."""

import numpy as np
import pytest

from populace.engine.reproduction import Reproduction

# Infections that one person causes on each day after his own infection: 1.5 in all.
PROFILE = np.array([0, 0, 0.3, 0.6, 0.4, 0.2])


def growth_of(profile, days, seeds=1_000):
    """Return R_t of each day of an epidemic in which everybody infects after the profile."""
    infected, reproduction, found = [seeds], Reproduction(seeds), []
    for day in range(1, days):
        by_lag = np.zeros(30, np.int64)
        for lag in range(min(day + 1, len(profile))):
            by_lag[lag] = round(profile[lag] * (infected[day - lag] if lag else 0))
        infected.append(int(by_lag.sum()))
        found.append(reproduction.add(infected[-1], by_lag))
    return found


def test_r_is_what_each_person_infects_in_all():
    assert growth_of(PROFILE, 40)[-1] == pytest.approx(1.5, rel=0.01)


def test_there_is_no_r_before_the_longest_lags_were_seen():
    found = growth_of(PROFILE, 40)
    assert found[:6] == [None] * 6
    first = next(r_t for r_t in found if r_t is not None)
    assert first == pytest.approx(1.5, rel=0.06)


def test_r_follows_a_change_within_a_week():
    reproduction, infected = Reproduction(1_000), [1_000]
    for day in range(1, 60):
        by_lag = np.zeros(30, np.int64)
        strength = 1.0 if day < 45 else 0.5
        for lag in range(1, min(day + 1, len(PROFILE))):
            by_lag[lag] = round(strength * PROFILE[lag] * infected[day - lag])
        infected.append(int(by_lag.sum()))
        r_t = reproduction.add(infected[-1], by_lag)
    assert r_t == pytest.approx(0.75, rel=0.02)


def test_there_is_no_r_of_a_handful_of_infections():
    reproduction = Reproduction(3)
    one = np.zeros(30, np.int64)
    one[3] = 1
    assert [reproduction.add(1, one) for _ in range(20)] == [None] * 20
