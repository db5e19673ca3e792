"""Where people are by day: pupils in schools, workers in teams, mostly near their homes."""

import numpy as np

from populace.engine.populations._nyc.dealing import generator
from populace.engine.populations._nyc.schools import LEVELS, fill
from populace.engine.populations._nyc.workplaces import WORKING, WORKING_FROM, team_sizes

_REACH = 10_000  # people of the neighbourhood over whom the teams of a workplace mix
_WORKING_ANYWHERE = 0.03  # of workers, in any region


def schools(age: np.ndarray, region: np.ndarray, enrolment: float, seed: int) -> np.ndarray:
    """Return the school of each person (-1 = none): by level, in the own region."""
    school = np.full(len(age), -1, np.int32)
    count = 0
    for row, level in enumerate(LEVELS):
        pupils = np.flatnonzero((age >= level.first_age) & (age <= level.last_age))
        chosen = generator(seed, "enrolment", row).random(len(pupils)) < enrolment
        pupils = pupils[chosen]
        ends = np.searchsorted(region[pupils], np.unique(region), side="right")
        for part, own in enumerate(np.split(pupils, ends)):
            if len(own) == 0:
                continue
            place, seats = fill(level, len(own), generator(seed, f"{level.name} schools", part))
            school[own] = place + count
            count += len(seats)
    return school


def workplaces(age: np.ndarray, employment: float, seed: int) -> np.ndarray:
    """Return the team of each person (-1 = none); ``employment`` scales the shares by age.

    Workers are sorted along their homes with some disorder and cut into teams.
    """
    usual = WORKING[np.searchsorted(WORKING_FROM, np.arange(101), side="right") - 1]
    chance = np.minimum(usual * employment, 1.0).astype(np.float32)
    random = generator(seed, "work")
    workers = np.flatnonzero(random.random(len(age), dtype=np.float32) < chance[age])
    team = np.full(len(age), -1, np.int32)
    if len(workers) == 0:
        return team
    where = workers + random.normal(0, _REACH, len(workers))
    anywhere = np.flatnonzero(random.random(len(workers)) < _WORKING_ANYWHERE)
    where[anywhere] = random.random(len(anywhere)) * len(age)
    sizes = team_sizes(len(workers), random)
    sizes = sizes[sizes > 0]
    team[workers[np.argsort(where)]] = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    return team
