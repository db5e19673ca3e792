"""Guesses: runs of a project with guessed values, counted as the data were."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float64, Int64

from populace.engine.calibration.plan import FitPlan
from populace.engine.calibration.series import FitSeries
from populace.engine.diseases.base import entered_by_infection
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.events import BIRTH, Events
from populace.engine.people import Places
from populace.engine.populations.base import Progress
from populace.engine.project import Project
from populace.engine.scaling import resized
from populace.engine.sensitivity.global_runs import scale_of
from populace.engine.shared_world import shared_world
from populace.engine.simulation import Simulation
from populace.engine.tables import DWELL_ENTRIES, dwell_row
from populace.engine.world import World

# What is expected of each series, day by day from day 0.
Curves = tuple[Float64[np.ndarray, " days"], ...]
_FIRST = "disease.initial_infected"
# What these change is no part of people and networks.
_SAME_WORLD = ("disease.", "behaviours.", "policies.")


@dataclass(frozen=True, eq=False)
class Guesses:
    """A project and a plan, ready to be run with any values; every member is thread-safe."""

    plan: FitPlan
    project: Project

    def world(self, progress: Progress) -> World:
        """Return the people and networks that all guesses have in common."""
        return shared_world(self.sample, progress)

    def curves(
        self,
        values: Sequence[float],
        seed: int,
        world: World,
        each_day: Callable[[], None] = lambda: None,
    ) -> Curves:
        """Run with these values and return what is expected to be seen; they are in the error."""
        try:
            return self._run(self.project_of(values), seed, world, each_day)
        except ProjectError as error:
            told = ", ".join(
                f"{one.path} = {value:g}"
                for one, value in zip(self.plan.quantities, values, strict=True)
            )
            raise ProjectError(f"{error.cause} (With {told}.)", place=error.place) from error

    def project_of(self, values: Sequence[float]) -> Project:
        """Return what is run for these values, which are those of the whole population."""
        changes: dict[str, float] = {}
        scaled = zip(self.plan.quantities, values, self._scales, strict=True)
        for one, value, scale in scaled:
            changes[one.path] = max(1, round(value * scale)) if one.whole and value else value
            if not one.whole and scale != 1:
                changes[one.path] = value * scale
        return self.sample.with_values(changes)

    def drawn(self, curves: Curves, draws: np.random.Generator) -> Curves:
        """Return what might be reported on the dates of the data where this is expected."""
        return tuple(
            one.likelihood.draw(curve[days], draws)
            for one, curve, days in zip(self.plan.series, curves, self.days, strict=True)
        )

    def distance(self, drawn: Curves) -> float:
        """Return how far reports are from the data: 1 is the size of the noise of one count."""
        squares = [
            one.likelihood.distance(one.values, seen) ** 2
            for one, seen in zip(self.plan.series, drawn, strict=True)
        ]
        return float(np.sqrt(np.mean(squares)))

    @cached_property
    def sample(self) -> Project:
        """The project with so many people as are run, and nothing observed."""
        spec = self.project.spec() | {"observations": []}
        project = Project.from_spec(spec, folder=self.project.folder)
        return project if self.plan.people is None else resized(project, self.plan.people)

    @cached_property
    def days(self) -> tuple[Int64[np.ndarray, " dates"], ...]:
        """The days of the run with data, for each series."""
        return tuple(one.days(self.project) for one in self.plan.series)

    @cached_property
    def last_day(self) -> int:
        """The last day with data: nothing is run beyond it."""
        return max(int(days[-1]) for days in self.days)

    @cached_property
    def _share(self) -> float:
        """People in a run over people in the project."""
        here, there = (one.population.agent_count() for one in (self.sample, self.project))
        return here / there if here and there else 1.0

    @cached_property
    def _scales(self) -> tuple[float, ...]:
        return tuple(
            self._share if one.path == _FIRST else scale_of(self.project, self.sample, one.path)
            for one in self.plan.quantities
        )

    @cached_property
    def _keeps_world(self) -> bool:
        live = {one.path for one in self.project.quantities(live_only=True)}
        return all(
            one.path in live or one.path.startswith(_SAME_WORLD) for one in self.plan.quantities
        )

    def _run(
        self, project: Project, seed: int, world: World, each_day: Callable[[], None]
    ) -> Curves:
        if not self._keeps_world:
            world = shared_world(project, lambda message, share: None)
        simulation = Simulation(project, seed=seed, world=world)
        counters = [_Counter(one, simulation) for one in self.plan.series]
        for counter in counters:
            counter.begin(self.last_day)
        for _ in range(self.last_day):
            simulation.step()
            for counter in counters:
                counter.add()
            each_day()
        return tuple(counter.expected(1 / self._share) for counter in counters)


class _Counter:
    """Counts for one series what happens in a run, day by day."""

    def __init__(self, series: FitSeries, simulation: Simulation) -> None:
        self._series, self._simulation = series, simulation
        disease = simulation.project.disease
        states = disease.states(disease.values())
        self._states = series.marked(tuple(states))
        self._by_infection = np.array(entered_by_infection(states), bool)
        self._where = _regions(series, simulation.people.places)
        self._ever = simulation.ever_infected

    def begin(self, last_day: int) -> None:
        """Make room, and count the evening of day 0; who was infected then is no new case."""
        self._counts = np.zeros(last_day + 1)
        crowd = self._simulation.world.crowd is not None
        if crowd and self._series.observes != "present" and not self._from_totals:
            raise ProjectError(
                f"{self._series.observes} of a series needs a list of people, and these are "
                "computed: use fewer people.",
                place=f"series.{self._series.name}",
            )
        if self._series.observes == "present":
            self._counts[0] = self._present()

    def add(self) -> None:
        """Count today."""
        today = self._simulation.day
        if self._series.observes == "present":
            self._counts[today] = self._present()
        elif self._from_totals:
            self._counts[today] = self._simulation.ever_infected - self._ever
            self._ever = self._simulation.ever_infected
        else:
            self._counts[today] = self._entered(today)

    def expected(self, scale: float) -> Float64[np.ndarray, " days"]:
        """Return the counts that are expected each day: late, in part, added up."""
        series, found = self._series, self._counts * (self._series.reported * scale)
        if series.delay:
            found = np.convolve(found, _delays(series))[: len(found)]
        if series.days_each > 1:
            found = np.convolve(found, np.ones(series.days_each))[: len(found)]
        return found

    @property
    def _from_totals(self) -> bool:
        return self._series.observes == "infections" and self._where is None

    def _present(self) -> float:
        counts = self._simulation.counts
        here = counts if self._where is None else counts[self._where]
        return float(here[:, self._states].sum())

    def _entered(self, day: int) -> float:
        return float(sum(self._entering(block) for block in self._simulation.log.day(day)))

    def _entering(self, events: Events) -> int:
        if self._series.observes == "infections":
            chosen = (events.before == 0) & (events.after != 0)
            chosen |= self._by_infection[events.after]
        else:
            chosen = self._states[events.after] & ~self._states[events.before]
        chosen &= events.network != BIRTH
        if self._where is None:
            return int(chosen.sum())
        region = self._simulation.people.region_index[events.agent[chosen]]
        return int(self._where[region].sum())


def _regions(series: FitSeries, places: Places) -> Bool[np.ndarray, " regions"] | None:
    """Mark the regions of a series; None is everywhere."""
    if not series.place:
        return None
    rows = zip(places.region_ids, places.region_names, places.region_groups, strict=True)
    found = np.array([series.place in row for row in rows], bool)
    if not found.any():
        known = {*places.region_names, *(one for one in places.region_groups if one)}
        raise ProjectError(
            f'the people live in no place called "{series.place}".'
            + did_you_mean(series.place, known),
            place=f"series.{series.name}.place",
        )
    return found


def _delays(series: FitSeries) -> Float64[np.ndarray, " days"]:
    """Return the share of reports that come so many days later."""
    days = np.array(dwell_row(series.delay, series.delay_shape))
    return np.bincount(days) / DWELL_ENTRIES


def values_of(plan: FitPlan, scores: Sequence[float]) -> tuple[float, ...]:
    """Return the values at the scores of a method."""
    return tuple(
        one.value(float(score)) for one, score in zip(plan.quantities, scores, strict=True)
    )


def changed(project: Project, plan: FitPlan, values: Sequence[float]) -> Project:
    """Return the whole project with values of the quantities."""
    changes: Mapping[str, float] = {
        one.path: round(value) if one.whole else float(value)
        for one, value in zip(plan.quantities, values, strict=True)
    }
    return project.with_values(changes)
