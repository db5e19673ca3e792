"""Outcome: a run as a report and an export read it, whether the screen or a command made it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Int64

from populace.engine.analysis.table import Table
from populace.engine.diseases.base import INFECTED_ROLES
from populace.engine.errors import ProjectError
from populace.engine.populations.base import Progress
from populace.engine.project import Project
from populace.engine.records import DayRecord
from populace.engine.reproduction import Reproduction
from populace.engine.runner import Runner
from populace.engine.simulation import Simulation, no_progress
from populace.engine.snapshot import Snapshot, StateInfo


@dataclass(frozen=True)
class Moved:
    """A quantity that was moved during the run: it holds from ``day`` on."""

    day: int
    path: str
    old: float
    new: float


@dataclass(frozen=True, eq=False)
class Outcome:
    """A run from day 0 to its newest day. ``project`` is what it began with."""

    project: Project
    seed: int
    people: int
    regions: int
    states: tuple[StateInfo, ...]
    totals: Int64[np.ndarray, "days states"]
    new: Int64[np.ndarray, " days"]
    r_t: tuple[float | None, ...]
    ever_infected: int
    in_force: tuple[Mapping[str, float], ...]  # strength of policies by path, of each day
    moved: tuple[Moved, ...] = ()
    notes: tuple[str, ...] = ()  # what the population leaves out
    attributes: tuple[str, ...] = ()
    events_sha256: str = ""

    @staticmethod
    def of_runner(runner: Runner, *, digest: bool = True) -> "Outcome":
        """Return what a run on the screen has done so far; may be called from any thread."""
        snapshot, history, people = runner.snapshot, tuple(runner.history), runner.people
        if snapshot is None or people is None or len(history) <= snapshot.day:
            raise ProjectError("The run is being built: wait for its first day.")
        digest = digest and runner.crowd is None  # people who are computed leave no log
        history = history[: snapshot.day + 1]
        moved = tuple(
            Moved(one.day, one.path, one.old, one.new)
            for one in runner.applied
            if one.day <= snapshot.day
        )
        return Outcome(
            project=_as_begun(runner),
            seed=runner.seed,
            people=runner.agent_count,
            moved=moved,
            notes=people.places.notes,
            attributes=tuple(people.attributes),
            events_sha256=snapshot.log.table(snapshot.day).sha256() if digest else "",
            **_series(snapshot, history),
        )

    @staticmethod
    def of_project(
        project: Project, progress: Progress = no_progress
    ) -> tuple["Outcome", Simulation]:
        """Run a project to its last day."""
        simulation = Simulation(project, progress=progress)
        history = [_record(simulation, None, {})]
        reproduction = Reproduction(simulation.ever_infected)
        for _ in range(project.days):
            simulation.step()
            snapshot = simulation.snapshot()
            r_t = reproduction.add(snapshot.incidence, snapshot.infections_by_lag)
            history.append(_record(simulation, r_t, simulation.policy_strengths))
            progress(f"Day {simulation.day} of {project.days}", simulation.day / project.days)
        people, crowd = simulation.people, simulation.world.crowd
        outcome = Outcome(
            project=project,
            seed=simulation.seed,
            people=(crowd or people).agent_count,
            notes=people.places.notes,
            attributes=tuple(people.attributes),
            events_sha256="" if crowd else simulation.events_sha256(),
            **_series(simulation.snapshot(), history),
        )
        return outcome, simulation

    @property
    def last_day(self) -> int:
        """The newest day."""
        return len(self.new) - 1

    @property
    def dates(self) -> list[dt.date]:
        """The date of each day."""
        return [self.project.date_of(day) for day in range(self.last_day + 1)]

    @property
    def infected(self) -> Int64[np.ndarray, " days"]:
        """People who are exposed or infectious, each evening."""
        return self.of_role(*INFECTED_ROLES)

    @property
    def peak_day(self) -> int:
        """The day on whose evening most people are infected."""
        return int(np.argmax(self.infected))

    def of_role(self, *roles: str) -> Int64[np.ndarray, " days"]:
        """People in the states that play one of these roles, each evening."""
        return self.totals[:, [state.role in roles for state in self.states]].sum(axis=1)

    def of_colour(self, colour: str) -> Int64[np.ndarray, " days"]:
        """People in the states that are drawn in this colour, each evening."""
        return self.totals[:, [state.colour == colour for state in self.states]].sum(axis=1)

    def has(self, *, role: str = "", colour: str = "") -> bool:
        """Whether the disease has a state of this role, or of this colour."""
        return any(role == state.role or colour == state.colour for state in self.states)

    def changes(self) -> list[tuple[int, str, float]]:
        """Return the moves of sliders as a script makes them."""
        return [(one.day, one.path, one.new) for one in self.moved]

    def table(self) -> Table:
        """Return the series, a row for each day: people in each state, new infections, R."""
        first = np.datetime64(self.project.start_date, "D")
        r_t = np.array([np.nan if r is None else r for r in self.r_t], np.float64)
        columns = {"day": np.arange(self.last_day + 1), "date": first + np.arange(len(self.new))}
        columns |= {state.name: self.totals[:, i] for i, state in enumerate(self.states)}
        return Table(columns | {"new_infections": self.new, "reproduction_number": r_t})


def _as_begun(runner: Runner) -> Project:
    """Return the project as the run began with it: sliders have moved since."""
    values = runner.values()
    for one in reversed(runner.applied):
        values[one.path] = one.old
    project = runner.project.with_values({**values, "seed": runner.seed})
    return project


def _record(simulation: Simulation, r_t: float | None, in_force: Mapping[str, float]) -> DayRecord:
    snapshot = simulation.snapshot()
    new = snapshot.incidence if simulation.day > 0 else 0
    totals, by_network = snapshot.counts.sum(axis=0), snapshot.new_infections
    return DayRecord(snapshot.day, snapshot.date, totals, new, by_network, r_t, dict(in_force))


def _series(snapshot: Snapshot, history: Sequence[DayRecord]) -> dict[str, Any]:
    return {
        "regions": len(snapshot.counts),
        "states": snapshot.states,
        "totals": np.array([day.totals for day in history], np.int64),
        "new": np.array([day.incidence for day in history], np.int64),
        "r_t": tuple(day.r_t for day in history),
        "ever_infected": snapshot.ever_infected,
        "in_force": tuple(day.in_force for day in history),
    }
