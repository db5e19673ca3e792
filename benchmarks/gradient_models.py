"""The models on which gradients are held against paired runs, and those paired runs."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from populace.engine.project import Project
from populace.engine.sensitivity.history import History, Setting, history_of, setting_of
from populace.engine.sensitivity.leave_one_out import effects_of
from populace.engine.sensitivity.outcome import Outcome
from populace.engine.sensitivity.places import Factors
from populace.engine.sensitivity.standing import Standing
from populace.engine.sensitivity.sweep import sweep
from populace.engine.simulation import Simulation
from populace.engine.world import World

DISTRICTS, PERIODS = 20, 2
PHASES = ("growth", "peak")
# Of its value, to each side: larger steps see how bent the curve is.
STEP = 0.05
LOG_STEP = 0.1
SHARE = 0.1  # of the infected that are looked at
_PILOTS = 3
_GROWTH = 0.2  # of the infections up to the peak
_TOWN = [{"kind": kind} for kind in ("household", "school", "workplace", "community")]
_INTENSITIES = [f"networks.{part['kind']}.intensity" for part in _TOWN]


def _town(policies: list[dict[str, Any]], **intensity: float) -> dict[str, Any]:
    networks = [part | {"intensity": intensity.get(part["kind"], 1.0)} for part in _TOWN]
    return {
        "name": "Town",
        "population": {"kind": "town"},
        "networks": networks,
        "policies": policies,
    }


def _parts(days: int) -> list[dict[str, Any]]:
    """Return five policies, one after the other: contacts are a little fewer in each period."""
    return [
        {"kind": "lockdown", "name": f"part_{part}", "reduction": 0.1 + 0.02 * part,
         "start_day": days * part, "end_day": days * (part + 1)}
        for part in range(5)
    ]  # fmt: skip


_MEASURES = [
    {"kind": "masks", "coverage": 0.3},
    {"kind": "lockdown", "reduction": 0.2, "start_day": 15, "fade_in_days": 10},
]
_MEASURES_PATHS = ["policies.masks.coverage", "policies.lockdown.reduction"]
_SEIR = {"kind": "seir"}
# Name -> project without people and disease, transmission, paths.
_MODELS: dict[str, tuple[dict[str, Any], float, list[str]]] = {
    "well mixed": (
        {
            "name": "Everybody meets everybody",
            "population": {"kind": "well_mixed"},
            "networks": [{"kind": "well_mixed", "contacts_a_day": 1.0}],
            "policies": _parts(8),
        },
        0.5,
        ["disease.transmission", *(f"policies.part_{part}.reduction" for part in range(5))],
    ),
    "household and work": (_town(_MEASURES), 0.025, _INTENSITIES + _MEASURES_PATHS),
    "strongly clustered": (
        _town(_MEASURES, household=3.0, school=0.4, workplace=0.4, community=0.3),
        0.045,
        _INTENSITIES + _MEASURES_PATHS,
    ),
}
MODELS = tuple(_MODELS)


def plain_project(name: str, people: int) -> Project:
    """Return one of the models without its policies."""
    spec, transmission, _ = _MODELS[name]
    disease = _SEIR | {"transmission": transmission, "initial_infected": people // 200}
    population = spec["population"] | {"people": people}
    return Project.from_spec(spec | {"disease": disease, "population": population, "policies": []})


def tell(text: str) -> None:
    """Say how far the bench is, beside its report."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')}  {text}\n")
    sys.stderr.flush()


@dataclass
class Model:
    """One model with its people, and the days that are looked at."""

    name: str
    people: int

    @cached_property
    def project(self) -> Project:
        spec, transmission, _ = _MODELS[self.name]
        disease = _SEIR | {"transmission": transmission, "initial_infected": self.people // 200}
        population = spec["population"] | {"people": self.people}
        return Project.from_spec(spec | {"disease": disease, "population": population})

    @cached_property
    def paths(self) -> list[str]:
        return _MODELS[self.name][2]

    @cached_property
    def world(self) -> World:
        return Simulation(self.project).world

    @cached_property
    def place(self) -> np.ndarray:
        """Twenty districts of equal size; neighbours in a row live near each other."""
        return (np.arange(self.people) * DISTRICTS // self.people).astype(np.int32)

    @cached_property
    def days(self) -> dict[str, int]:
        """The day of the peak, and that on which a fifth of the infections until then are past."""
        pilots = []
        for seed in range(_PILOTS):
            run = self.simulation(seed)
            run.run(150)
            pilots.append(_incidence(run, 150))
        curve = np.mean(pilots, axis=0)
        peak = int(curve.argmax())
        total = curve.cumsum()
        found = {"growth": int(np.searchsorted(total, _GROWTH * total[peak])), "peak": peak}
        tell(f"{self.name}: days {found}, attack rate {total[-1] / self.people:.0%}")
        return found

    @cached_property
    def setting(self) -> Setting:
        return setting_of(self.simulation(0), self.days["peak"], self.paths)

    def simulation(self, seed: int) -> Simulation:
        return Simulation(self.project, world=self.world, seed=seed)

    def history(self, seed: int) -> History:
        days, paths = self.days["peak"], self.paths
        return history_of(self.simulation(seed), days, paths, setting=self.setting)

    @cached_property
    def values(self) -> np.ndarray:
        return np.array([float(self.project.value(path)) for path in self.paths])

    def estimates(self, seed: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """Return the estimates of one run by phase: of the six quantities, and of the forty.

        Each is the outcome's change where the quantity rises by a hundredth of itself, times 100.
        """
        past = self.history(seed)
        six, forty = {}, {}
        for phase, day in self.days.items():
            effects = effects_of(past, self.outcome(past, day), share=SHARE)
            six[phase] = effects.gradient(past, self.paths) * self.values
            table = effects.by_day_and_place(past, self.place, DISTRICTS)
            middle = self.days["peak"] // 2 + 1
            forty[phase] = np.concatenate([table[:middle].sum(0), table[middle:].sum(0)])
        return six, forty

    def outcome(self, past: History, day: int) -> Outcome:
        """Return the infections up to a day."""
        whole = Outcome.of("infections", past.simulation, self.days["peak"])
        whole.table[day + 1 :] = 0.0
        return whole

    def pair_six(self, number: int, seed: int) -> np.ndarray:
        """Return a paired difference for one of the six quantities: by phase."""
        path, value = self.paths[number], self.values[number]
        ends = [self._totals({path: value * (1 + sign * STEP)}, seed) for sign in (1, -1)]
        return (ends[0] - ends[1]) / (2 * STEP)

    def pair_forty(self, number: int, seed: int) -> np.ndarray:
        """Return a paired difference for the log-rate of one district in one period."""
        start = self.simulation(seed)
        first, standing = start.events().agent, Standing.of(start)
        middle = self.days["peak"] // 2 + 1
        ends = []
        for sign in (1, -1):
            table = np.zeros((self.setting.days + 1, DISTRICTS))
            rows = slice(0, middle) if number < DISTRICTS else slice(middle, None)
            table[rows, number % DISTRICTS] = sign * LOG_STEP
            rules = self.setting.rules(seed, standing, Factors(self.place, table))
            day_of = sweep(self.setting, rules, first, standing)
            ends.append(np.array([np.count_nonzero(day_of <= self.days[phase])
                                  for phase in PHASES], float))  # fmt: skip
        return (ends[0] - ends[1]) / (2 * LOG_STEP)

    def _totals(self, values: Mapping[str, float], seed: int) -> np.ndarray:
        run = self.simulation(seed)
        for path, value in values.items():
            run.set(path, value)
        run.run(self.days["peak"])
        total = _incidence(run, self.days["peak"]).cumsum()
        return np.array([total[self.days[phase]] for phase in PHASES], float)


def _incidence(run: Simulation, days: int) -> np.ndarray:
    events = run.events()
    return np.bincount(events.day[events.before == 0], minlength=days + 1)


def truth(
    pair: Callable[[int, int], np.ndarray], count: int, target: float, seconds: float, name: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return the paired differences and their standard errors, [phases, quantities].

    Rounds go on until the relative error of both phases is below ``target``, or the time is up.
    """
    found: list[list[np.ndarray]] = []
    ends = time.monotonic() + seconds
    while True:
        seed = 1_000_000 + len(found)
        found.append([pair(number, seed) for number in range(count)])
        each = np.array(found).transpose(2, 1, 0)
        mean, rounds = each.mean(axis=2), len(found)
        error = each.std(axis=2, ddof=1) / rounds**0.5 if rounds > 1 else np.full(mean.shape, 1e9)
        reached = relative(error, mean)
        done = rounds >= 8 and reached.max() <= target
        if done or (rounds >= 8 and time.monotonic() > ends):
            tell(f"{name}: {rounds} rounds of pairs, relative errors {reached.round(4)}")
            return mean, error
        if rounds % 10 == 0:
            tell(f"{name}: {rounds} rounds so far, relative errors {reached.round(4)}")


def relative(error: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Return the length of the errors over that of the means, by phase."""
    return np.linalg.norm(error, axis=-1) / np.linalg.norm(mean, axis=-1)


def compared(estimate: Sequence[float] | np.ndarray, true: np.ndarray) -> tuple[float, ...]:
    """Return cosine, scale and relative error of an estimate."""
    estimate = np.asarray(estimate)
    inner, size = float(estimate @ true), float(np.linalg.norm(true))
    cosine = inner / size / float(np.linalg.norm(estimate))
    return cosine, inner / size**2, float(np.linalg.norm(estimate - true)) / size
