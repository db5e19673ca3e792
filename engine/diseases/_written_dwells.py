"""How long a stay in a state of a written graph is: a law and its numbers."""

from populace.engine.diseases._written_values import (
    choice,
    known_keys,
    mapping,
    number,
    required,
    short,
)
from populace.engine.diseases.base import Dwell
from populace.engine.errors import ProjectError
from populace.engine.tables import DWELL_DAYS_MAX, SHAPE_MAX, SHAPE_MIN

DEVIATION_MIN, DEVIATION_MAX = 0.05, 3.0  # of the mean: what a table of 1,024 days can hold
DWELL_KEYS = {
    "fixed": ("mean",),
    "exponential": ("mean",),
    "gamma": ("mean", "shape"),
    "lognormal": ("mean", "deviation"),
    "table": ("days",),
}


def read_dwell(part: object, place: str) -> Dwell:
    place = f"{place}.dwell"
    written = mapping(part, place, "{kind: exponential, mean: 5}")
    kind = required(written, "kind", place, "kind: exponential")
    kind = choice(kind, tuple(DWELL_KEYS), f"{place}.kind")
    known_keys(written, ("kind", *DWELL_KEYS[kind]), place)
    if kind == "table":
        return _table(required(written, "days", place, "days: {4: 0.2, 5: 0.8}"), f"{place}.days")
    mean = required(written, "mean", place, "mean: 5")
    mean = number(mean, 1.0, DWELL_DAYS_MAX, f"{place}.mean", "days")
    if kind == "lognormal":
        deviation = required(written, "deviation", place, "deviation: 2")
        low, high = DEVIATION_MIN * mean, DEVIATION_MAX * mean
        deviation = number(deviation, low, high, f"{place}.deviation", "days")
        dwell = Dwell.lognormal(mean, deviation)
    elif kind == "gamma":
        shape = required(written, "shape", place, "shape: 4")
        dwell = Dwell(mean, number(shape, SHAPE_MIN, SHAPE_MAX, f"{place}.shape"))
    else:
        dwell = Dwell(mean, {"fixed": 0.0, "exponential": 1.0}[kind])
    if kind != "fixed" and dwell.days()[-1] >= DWELL_DAYS_MAX:
        raise ProjectError(
            f"some stays would be longer than {DWELL_DAYS_MAX:,} days: write a shorter mean, or "
            "a distribution that is less wide.",
            place=f"{place}.mean",
        )
    return dwell


def _table(part: object, place: str) -> Dwell:
    written = mapping(part, place, "{4: 0.2, 5: 0.8}")
    weights: dict[int, float] = {}
    for day, weight in written.items():
        if type(day) is not int or not 1 <= day <= DWELL_DAYS_MAX:
            raise ProjectError(
                f"{short(day)} is no day: write whole days from 1 to {DWELL_DAYS_MAX:,}.",
                place=place,
            )
        weights[day] = number(weight, 0.0, 1e9, f"{place}.{day}")
    if not sum(weights.values()) > 0:
        raise ProjectError(
            "no day has a weight above 0: write days such as {4: 0.2, 5: 0.8}.", place=place
        )
    return Dwell.table(weights)
