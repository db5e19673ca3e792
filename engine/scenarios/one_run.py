"""One run of a model, from its first day to what is kept of it."""

import datetime as dt
import hashlib
import time
from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Int64

from populace.engine.analysis.record import Record
from populace.engine.diseases.base import INFECTED_ROLES, State, entered_by_infection
from populace.engine.events import BIRTH
from populace.engine.observations.costs import Costs
from populace.engine.reproduction import Reproduction
from populace.engine.scenarios.model import Model, engine_version
from populace.engine.scenarios.result import KeptState, PlaceFigures, Result
from populace.engine.simulation import Simulation
from populace.engine.world import World


def run_model(model: Model, seed: int, world: World, each_day: Callable[[int], None]) -> Result:
    """Run a model for its days; ``each_day`` is called after each, and may raise to end it."""
    began = time.perf_counter()
    simulation = Simulation(model.project, world=world, seed=seed)
    states = _states(model)
    days, columns = model.project.days, len(states)
    totals: Int64[np.ndarray, "days states"] = np.zeros((days + 1, columns), np.int64)
    new, r_t = np.zeros(days + 1, np.int64), np.full(days + 1, np.nan)
    places, counted = _Places(simulation, states), hashlib.sha256()
    reproduction = Reproduction(simulation.ever_infected)
    policy_days = dict.fromkeys(simulation.policy_strengths, 0)
    for day in range(days + 1):
        if day:
            simulation.step()
            snapshot = simulation.snapshot()
            new[day] = snapshot.incidence
            found = reproduction.add(snapshot.incidence, snapshot.infections_by_lag)
            r_t[day] = np.nan if found is None else found
            for path, strength in simulation.policy_strengths.items():
                policy_days[path] += strength > 0
        counts = simulation.counts
        counted.update(np.ascontiguousarray(counts).data)
        totals[day] = counts.sum(axis=0)
        places.add(counts)
        each_day(day)
    return Result(
        seed=seed,
        people=simulation.world.agent_count,
        start_date=model.project.start_date.isoformat(),
        states=tuple(KeptState.of(state) for state in states),
        totals=totals,
        new=new,
        r_t=r_t,
        ever_infected=int(simulation.ever_infected),
        places=places.figures(),
        policy_days=policy_days,
        done=simulation.policy_counts(),
        costs=_costs(simulation),
        counts_sha256=counted.hexdigest(),
        about=_about(model, time.perf_counter() - began),
    )


class _Places:
    """Follows every region through a run."""

    def __init__(self, simulation: Simulation, states: tuple[State, ...]) -> None:
        self._simulation, self._states = simulation, states
        counts = simulation.counts
        self._people = counts.sum(axis=1)
        masks = (
            [state.role in INFECTED_ROLES for state in states],
            [state.in_hospital for state in states],
            [state.in_intensive_care for state in states],
        )
        self._masks: list[Bool[np.ndarray, " states"]] = [np.array(mask, bool) for mask in masks]
        self._peaks = [np.zeros(len(counts), np.int64) for _ in masks]
        self._infections = np.zeros(len(counts), np.int64)
        entered = entered_by_infection(states)
        self._entered: Bool[np.ndarray, " states"] = np.array(entered, bool)

    def add(self, counts: Int64[np.ndarray, "regions states"]) -> None:
        """Take note of an evening."""
        for peak, mask in zip(self._peaks, self._masks, strict=True):
            np.maximum(peak, counts[:, mask].sum(axis=1), out=peak)
        if self._simulation.world.crowd is None:
            self._count_infections()

    def _count_infections(self) -> None:
        region = self._simulation.people.region_index
        for events in self._simulation.log.day(self._simulation.day):
            infected = (events.before == 0) & (events.after != 0) & (events.network != BIRTH)
            if self._entered.any():
                infected |= self._entered[events.after]
            where = region[events.agent[infected]]
            self._infections += np.bincount(where, minlength=len(self._infections))

    def figures(self) -> PlaceFigures:
        """Return what there was up to the last day."""
        places = self._simulation.people.places
        kept = self._simulation.snapshot().infections
        infections = self._infections if kept is None else np.array(kept.so_far, np.int64)
        dead = np.array([state.role == "dead" for state in self._states])
        deaths = self._simulation.counts[:, dead].sum(axis=1)
        ids, names = places.region_ids, places.region_names
        infected, hospital, intensive = self._peaks
        return PlaceFigures(
            ids, names, self._people, infections, infected, hospital, intensive, deaths
        )


def _states(model: Model) -> tuple[State, ...]:
    disease = model.project.disease
    return tuple(disease.states(disease.values()))


def _costs(simulation: Simulation) -> dict[str, float]:
    """Return money and healthy years lost, where the project observes costs."""
    found = [one for one in simulation.project.observations if isinstance(one, Costs)]
    if not found or simulation.world.crowd is not None:
        return {}
    table = found[0].observe(Record.of(simulation))
    return {name: float(np.nansum(table[name])) for name in ("cost", "dalys")}


def _about(model: Model, seconds: float) -> dict[str, object]:
    project = model.project
    return {
        "project": project.name,
        "scenario": model.label,
        "engine": engine_version(),
        "made": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "quantities": {one.path: float(one.value) for one in project.quantities()},
    }
