"""Preview: what a population would be like, seen on a small one of the same declaration."""

from dataclasses import dataclass

import numpy as np

from populace.engine.people import People
from populace.engine.populations.base import Population, Progress

SAMPLE = 20_000  # people, as many as are built within a second or two
_POINTS = 3_000
_SIZES = 8  # the last is this many and more
_WIDE = 640


@dataclass(frozen=True)
class Preview:
    """Figures of the people that a population makes."""

    ages: np.ndarray  # [21] people in bands of five years, the last 100 and over
    sizes: np.ndarray  # [8] households of 1, 2 ... 8 and more people
    mean_size: float
    points: np.ndarray  # [points, 2] in a picture of ``width`` by ``height``
    width: int
    height: int
    regions: tuple[str, ...]
    notes: tuple[str, ...]


def smaller(population: Population, people: int = SAMPLE) -> Population:
    """Return the population with fewer people, where its declaration has a number of them."""
    declared = dict(type(population).declarations()).get("people")
    if declared is None:
        return population
    spec = population.spec()
    usual = population.agent_count() or people
    low = int((declared.bounds or (1, None))[0] or 1)
    spec["people"] = max(min(people, usual), low)
    small = type(population).from_spec(spec)
    assert isinstance(small, Population)
    small.folder = population.folder
    return small


def preview_of(population: Population, progress: Progress) -> Preview:
    """Build a small population and look at it; a `ProjectError` says what is wrong with it."""
    population.check()
    small = smaller(population)
    people = small.build(progress)
    count = people.agent_count
    notes = tuple(note for note in people.places.notes if f"{count:,} people" not in note)
    points, width, height = _picture(people)
    ages = np.bincount(np.minimum(people.age // 5, 20), minlength=21)
    size = np.bincount(people.dwelling) if count else np.zeros(0, np.int64)
    size = size[size > 0]
    sizes = np.bincount(np.minimum(size, _SIZES), minlength=_SIZES + 1)[1:]
    mean = float(size.mean()) if len(size) else 0.0
    return Preview(ages, sizes, mean, points, width, height, people.places.region_names, notes)


def _picture(people: People) -> tuple[np.ndarray, int, int]:
    """Return a few positions on a picture that holds nearly all of them."""
    if people.agent_count == 0:
        return np.zeros((0, 2)), _WIDE, 300
    rows = np.linspace(0, people.agent_count - 1, min(people.agent_count, _POINTS)).astype(int)
    x, y = people.x[rows].astype(float), people.y[rows].astype(float)
    left, right = np.quantile(x, (0.002, 0.998))
    low, high = np.quantile(y, (0.002, 0.998))
    inside = (x >= left) & (x <= right) & (y >= low) & (y <= high)
    x, y = x[inside], y[inside]
    wide = max(right - left, high - low, 1.0)
    height = int(np.clip(_WIDE * (high - low) / max(right - left, wide / 4), 160, 460))
    scale = min((_WIDE - 16) / max(right - left, 1.0), (height - 16) / max(high - low, 1.0))
    across = 8 + (x - left) * scale + (_WIDE - 16 - (right - left) * scale) / 2
    down = 8 + (high - y) * scale + (height - 16 - (high - low) * scale) / 2
    return np.column_stack([across, down]), _WIDE, height
