"""The figures that sum a run up, and by which scenarios are compared."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from populace.engine.scenarios.result import Result

# What is held against the baseline: less of it is averted, more of it is added.
AVERTED, ADDED = "averted", "added"
# Rules to stop early ask for the figures of each run again and again.
_known: "WeakKeyDictionary[Result, dict[str, Figure]]" = WeakKeyDictionary()


@dataclass(frozen=True)
class Figure:
    """One number of a run; NaN where the run cannot tell."""

    name: str
    label: str
    unit: str
    value: float
    compared: str = AVERTED


def figures_of(result: Result) -> dict[str, Figure]:
    """Return the figures of a run by name, in the order of tables."""
    found = _known.get(result)
    if found is None:
        found = _known[result] = {one.name: one for one in _figures(result)}
    return found


def value_of(result: Result, name: str) -> float:
    """Return one figure; a policy that is not there has no days and has done nothing."""
    found = figures_of(result).get(name)
    if found is not None:
        return float(found.value)
    return 0.0 if name.startswith(("days_in_force.", "done.")) else math.nan


def _figures(result: Result) -> Iterator[Figure]:
    yield Figure("infections", "Infections", "people", result.ever_infected)
    yield _peak("infected_peak", "Most infected at once", result.infected)
    if result.new.min() >= 0:
        yield _peak("new_peak", "Most new infections on a day", result.new)
    yield Figure("peak_day", "Day of the peak", "day", int(np.argmax(result.infected)), ADDED)
    if result.in_hospital.any():
        beds = result.present(result.in_hospital)
        yield _peak("hospital_peak", "Most in hospital at once", beds)
        yield Figure("hospital_days", "Days in hospital", "person-days", int(beds.sum()))
    if result.in_intensive_care.any():
        beds = result.present(result.in_intensive_care)
        yield _peak("intensive_peak", "Most in intensive care at once", beds)
        yield Figure("intensive_days", "Days in intensive care", "person-days", int(beds.sum()))
    if result.dead.any():
        yield Figure("deaths", "Deaths", "people", int(result.present(result.dead)[-1]))
    yield from _of_policies(result)
    if "cost" in result.costs:
        yield Figure("cost", "Cost of care", "money", result.costs["cost"])
        yield Figure("dalys", "Healthy life years lost", "years", result.costs["dalys"])


def _of_policies(result: Result) -> Iterator[Figure]:
    for path, days in result.policy_days.items():
        label = f"Days in force: {_words(path)}"
        yield Figure(f"days_in_force.{_own(path)}", label, "days", days, ADDED)
    for path, count in result.done.items():
        policy, _, what = _own(path).partition(".")
        label = f"{_words(policy)}: {what.replace('_', ' ')}" if what else _words(policy)
        yield Figure(f"done.{_own(path)}", label, "number", count, ADDED)


def _peak(name: str, label: str, counts: np.ndarray) -> Figure:
    return Figure(name, label, "people", int(counts.max()))


def _own(path: str) -> str:
    """Return "masks" of "policies.masks"."""
    return path.removeprefix("policies.")


def _words(path: str) -> str:
    return _own(path).replace("_", " ").capitalize()
