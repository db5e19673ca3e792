"""Workers in teams at workplaces on lots without residents, across the boroughs."""

import numpy as np

from populace.engine.populations._nyc.dealing import cut, deck, generator
from populace.engine.populations._nyc.sources import BOROUGHS, Neighbourhoods, WorkLots

# Thousands of workers by home (rows) and work (columns), in the order of BOROUGHS.
# Source: US Census, ACS 2011-2015 county-to-county commuting flows (flows inside the city).
COMMUTERS = np.array(
    [
        [239, 22, 204, 25, 1],
        [14, 575, 429, 71, 6],
        [29, 28, 731, 22, 1],
        [22, 90, 385, 457, 3],
        [1, 28, 49, 6, 106],
    ],
    np.float64,
)
# Share of people at work by age (first year of the group). Assumption, near the US employment-
# population ratios of the Bureau of Labor Statistics; each neighbourhood is scaled to its survey.
WORKING_FROM = np.array([0, 18, 20, 25, 55, 60, 65, 70, 75])
WORKING = np.array([0.0, 0.35, 0.62, 0.80, 0.70, 0.57, 0.33, 0.20, 0.08])
_AT_MOST = 0.97  # of an age group works

# A workplace is a team, the people whom one meets; all three figures are assumptions.
_TEAM_MEDIAN, _TEAM_SPREAD = 6.0, 1.0  # people; standard deviation of log(people)
SMALLEST_TEAM, LARGEST_TEAM = 2, 60  # people


def place_workers(
    age: np.ndarray,
    region: np.ndarray,
    borough: np.ndarray,
    chances: np.ndarray,
    lots: WorkLots,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the workplace of each person (-1 = none), and the lot of each workplace.

    ``chances`` [regions, ages] is the share of people at work. All teams of a borough are alike
    for all who work in that borough, and all lots are equally likely: no count of jobs is known.
    """
    working = generator(seed, "work").random(len(age), dtype=np.float32) < chances[region, age]
    workers = np.flatnonzero(working).astype(np.int32)
    target = _borough_of_work(borough[workers], seed)
    workplace = np.full(len(age), -1, np.int32)
    team_lots = [np.zeros(0, np.int64)]
    count = 0
    for part in range(len(BOROUGHS)):
        team = workers[target == part]
        if len(team) == 0:
            continue
        random = generator(seed, "workplaces", part)
        random.shuffle(team)
        size = team_sizes(len(team), random)
        workplace[team] = np.repeat(np.arange(count, count + len(size), dtype=np.int32), size)
        team_lots.append(random.choice(np.flatnonzero(lots.borough == part), len(size)))
        count += len(size)
    return workplace, np.concatenate(team_lots)


def working_chances(neighbourhoods: Neighbourhoods, people_of_age: np.ndarray) -> np.ndarray:
    """Return the share of people at work, [regions, ages] float32, fitted to the survey.

    The survey's workers per resident are kept in each neighbourhood; ``people_of_age``
    [regions, ages] counts its people.
    """
    counts = neighbourhoods.counts
    wanted = counts["workers"] / counts["pop"] * people_of_age.sum(axis=1)
    years = np.arange(people_of_age.shape[1])
    usual = WORKING[np.searchsorted(WORKING_FROM, years, side="right") - 1]
    scale = np.ones(len(wanted))
    for _ in range(30):
        expected = (_limited(scale, usual) * people_of_age).sum(axis=1)
        scale = np.clip(scale * wanted / np.maximum(expected, 1e-9), 0, 50)
    return _limited(scale, usual).astype(np.float32)


def _limited(scale: np.ndarray, usual: np.ndarray) -> np.ndarray:
    return np.minimum(scale[:, None] * usual, _AT_MOST * (usual > 0))


def _borough_of_work(home: np.ndarray, seed: int) -> np.ndarray:
    target = np.empty(len(home), np.int8)
    for part in range(len(BOROUGHS)):
        own = np.flatnonzero(home == part)
        target[own] = deck(COMMUTERS[part], len(own), generator(seed, "commuters", part))
    return target


def team_sizes(workers: int, random: np.random.Generator) -> np.ndarray:
    count = workers // SMALLEST_TEAM + 1
    drawn = random.lognormal(np.log(_TEAM_MEDIAN), _TEAM_SPREAD, count)
    return cut(workers, np.clip(np.rint(drawn), SMALLEST_TEAM, LARGEST_TEAM).astype(np.int64))
