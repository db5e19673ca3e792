"""Pupils in schools on made-up sites: as many seats as the survey's enrolment asks for."""

from dataclasses import dataclass

import numpy as np

from populace.engine.populations._nyc.dealing import apportion, generator
from populace.engine.populations._nyc.sources import BOROUGHS, Neighbourhoods

FEWEST, LARGEST = 100, 1_500  # seats of a site; assumption


@dataclass(frozen=True)
class Level:
    """A kind of school: ages, seats and catchment. All figures are assumptions."""

    name: str
    first_age: int  # years
    last_age: int
    seats_median: float  # pupils
    seats_spread: float  # standard deviation of log(seats)
    reach: float  # pupils of the neighbourhood that mix over several schools
    share_from_anywhere: float  # of pupils who go to school anywhere in their borough


LEVELS = (
    Level("elementary", 5, 10, 520, 0.35, reach=150, share_from_anywhere=0.05),
    Level("middle", 11, 13, 520, 0.40, reach=500, share_from_anywhere=0.15),
    Level("high", 14, 17, 620, 0.50, reach=2_000, share_from_anywhere=0.50),
)


def place_pupils(
    age: np.ndarray, region: np.ndarray, borough: np.ndarray, enrolled: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the school of each person (-1 = none), and each school's anchor person and seats.

    ``enrolled`` [regions, levels] is the share of an age group that goes to school. The anchor
    is a pupil near whose home the school stands.
    """
    school = np.full(len(age), -1, np.int32)
    anchors: list[np.ndarray] = []
    seats: list[np.ndarray] = []
    count = 0
    for row, level in enumerate(LEVELS):
        pupils = np.flatnonzero((age >= level.first_age) & (age <= level.last_age))
        random = generator(seed, "enrolment", row)
        share = enrolled[region[pupils], row]
        pupils = pupils[random.random(len(pupils)) < share]
        for part in range(len(BOROUGHS)):
            own = pupils[borough[pupils] == part]
            if len(own) == 0:
                continue
            random = generator(seed, f"{level.name} schools", part)
            place, size = fill(level, len(own), random)
            taken = np.bincount(place, minlength=len(size))
            school[own] = place + count
            anchors.append(own[np.cumsum(taken) - (taken + 1) // 2])
            seats.append(size)
            count += len(size)
    if not seats:
        return school, np.zeros(0, np.int64), np.zeros(0, np.int32)
    return school, np.concatenate(anchors), np.concatenate(seats).astype(np.int32)


def enrolment_shares(neighbourhoods: Neighbourhoods, age_shares: np.ndarray) -> np.ndarray:
    """Return the share of each level's age group that is enrolled, [regions, levels].

    The survey counts kindergarten with grades 1-8 (ages 5-13 here) and grades 9-12 (14-17).
    """
    counts = neighbourhoods.counts
    people = age_shares * counts["pop"][:, None]
    below = np.maximum(people[:, 5:14].sum(axis=1), 1)
    above = np.maximum(people[:, 14:18].sum(axis=1), 1)
    lower = (counts["enrolled_kindergarten"] + counts["enrolled_grades_1_8"]) / below
    upper = counts["enrolled_grades_9_12"] / above
    return np.clip(np.stack([lower, lower, upper], axis=1), 0, 1)


def fill(level: Level, pupils: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the school of each pupil in the order of homes, and the schools' seats.

    Pupils are sorted along their homes with some disorder and fill one school after another:
    schools take neighbours, and none takes more than its seats.
    """
    size = _draw_seats(level, pupils, random)
    where = np.arange(pupils) + random.normal(0, level.reach, pupils)
    anywhere = random.random(pupils) < level.share_from_anywhere
    where[anywhere] = random.random(int(anywhere.sum())) * pupils
    filled = np.repeat(np.arange(len(size)), apportion(size.astype(np.float64), pupils))
    place = np.empty(pupils, np.int32)
    place[np.argsort(where)] = filled
    return place, size


def _draw_seats(level: Level, pupils: int, random: np.random.Generator) -> np.ndarray:
    """Return the seats of just so many schools that all pupils find one."""
    count = pupils // FEWEST + 1  # enough even if all schools had the fewest seats
    drawn = random.lognormal(np.log(level.seats_median), level.seats_spread, count)
    seats = np.clip(np.rint(drawn), FEWEST, LARGEST).astype(np.int64)
    return seats[: int(np.searchsorted(np.cumsum(seats), pupils)) + 1]
