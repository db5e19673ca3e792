"""The one loop of a run: which phase comes when, and nothing else.

Each day: policies -> behaviours -> networks -> transmission -> progression -> observations ->
snapshot. Policies and behaviours come first because they act on today's contacts; transmission
reads everybody's state of yesterday, so that nobody infects and is infected on one day by the
order of a loop; progression follows and is seen tomorrow; what is observed is the evening's state.
"""

import hashlib
from collections.abc import Callable
from functools import partial
from typing import cast

import numpy as np
from jaxtyping import Int32, Int64, UInt8

from populace.engine.acceptance import Acceptance, Bounds, Multipliers, acceptance_of, bounds_of
from populace.engine.authority import Authority
from populace.engine.behaviours.base import Behaviour
from populace.engine.component import Component, Values
from populace.engine.errors import ProjectError
from populace.engine.events import EventLog, EventTable
from populace.engine.graph import Graph, graph_of
from populace.engine.imports import Importer
from populace.engine.kernels.base import NOBODY_BORN, Imports, Kernel
from populace.engine.lean.computed import computed_world, refuse_disease, refuse_what_needs_rows
from populace.engine.people import AGE_BAND_COUNT, People
from populace.engine.policies.base import Policy
from populace.engine.population_cache import people_of
from populace.engine.populations.base import Progress
from populace.engine.project import Project
from populace.engine.snapshot import Snapshot, StateInfo
from populace.engine.start import drawn_first, drawn_from
from populace.engine.streams import run_key
from populace.engine.targets import bits_of_behaviours
from populace.engine.turnover import Turnover
from populace.engine.world import World

# World, graph, bounds, acceptance and seed of a run.
MakeKernel = Callable[[World, Graph, Bounds, Acceptance, int], Kernel]


def no_progress(message: str, share_done: float) -> None:
    """Tell nobody."""


class Simulation:
    """One run of a project: people, their states, and the numbers in force today."""

    def __init__(
        self,
        project: Project,
        people: People | None = None,
        *,
        seed: int | None = None,
        device: str = "cpu",
        world: World | None = None,
        first_infected: Int32[np.ndarray, " infected"] | None = None,
        progress: Progress = no_progress,
        make_kernel: MakeKernel | None = None,
    ) -> None:
        self.project = project
        self.seed = project.seed if seed is None else seed
        self.device = device
        if world is None and people is None:
            world = computed_world(project, progress)
        if world is None:
            people = people or people_of(
                project.population, progress, attributes=project.attributes
            )
            progress("Drawing contacts", 0.8)
            world = World.of(people, project.networks)
        self.world, self.people = world, world.people
        if world.crowd is not None:
            refuse_what_needs_rows(project, device)
        self.day = 0
        # The components are read once; from here on only plain numbers count.
        self._values = {path: part.values() for path, part in _parts(project).items()}
        self._kinds = {path: type(part) for path, part in _parts(project).items()}
        self._disease = type(project.disease)
        self._changed = False
        self._graph = self._compile_graph()
        self._authority = Authority(self._policies(), world, run_key(self.seed))
        self._conduct_bits = bits_of_behaviours(self._behaviours(), world.people)
        self._bounds = self._start_bounds()
        acceptance = acceptance_of(world, self._graph, self._bounds, self._multipliers())
        progress("Preparing the first day", 0.95)
        make = make_kernel or partial(_kernel, device)
        self._kernel = make(world, self._graph, self._bounds, acceptance, self.seed)
        self._turnover = self._start_turnover()
        self._importer = Importer(
            run_key(self.seed), self.people, self._values["disease"].import_places, world.crowd
        )
        first = first_infected
        if first is None:
            disease = self._values["disease"]
            wanted = disease.initial_infected, disease.initial_regions
            first = (
                drawn_from(run_key(self.seed), world.crowd.layout.region_start, *wanted)
                if world.crowd
                else drawn_first(run_key(self.seed), self.people, *wanted)
            )
        self._authority.begin(self._kernel)
        self._kernel.begin(first)
        self.ever_infected = len(first)
        self.network_names = tuple(shape.name for shape in world.networks)
        self.states = tuple(
            StateInfo(state.name, state.label, state.role, state.colour)
            for state in self._graph.states
        )
        self._initial_state = np.zeros(0, np.uint8) if world.crowd else self._kernel.state()
        self._initial_state.flags.writeable = False
        self._run_name = ""

    def set(self, path: str, value: float) -> None:
        """Change a quantity from the next day on: ``"networks.school.intensity", 0.5``."""
        place, _, name = path.rpartition(".")
        values = self._values.get(place)
        if values is None or not hasattr(values, name):
            raise ProjectError(f'there is no quantity "{path}" in this run')
        setattr(values, name, value)
        self._changed = True

    def value(self, path: str) -> float:
        """Return a quantity as the next day will have it."""
        place, _, name = path.rpartition(".")
        return float(getattr(self._values[place], name))

    def step(self) -> None:
        """Simulate the next day."""
        imports, born = self.begin_day()
        self._kernel.advance(self.day, imports, born)
        self.end_day(born)

    def begin_day(self) -> tuple[Imports, Int32[np.ndarray, " born"]]:
        """Do what comes before transmission; return who is infected elsewhere, and who is born."""
        self.day += 1
        self._changed |= self._authority.decide(self.day, self._kernel, self._graph.states)
        if self._changed:
            self._take_new_numbers()
        self._rewire()
        born = self._turn_over()
        return self.imports_on(self.day), born

    def end_day(self, born: Int32[np.ndarray, " born"]) -> None:
        """Take note of a day that the kernel has taken."""
        self._authority.replace(self._kernel, born, self.day)
        infections = int(self._kernel.new_infections().sum()) + self._kernel.imported()
        self._authority.observe(infections)
        self.ever_infected += infections

    def run(self, days: int) -> None:
        """Simulate several days."""
        for _ in range(days):
            self.step()

    @property
    def counts(self) -> Int64[np.ndarray, "regions states"]:
        """People by region and state tonight."""
        return self._kernel.counts()

    @property
    def state(self) -> UInt8[np.ndarray, " agents"]:
        """Everybody's state tonight, as an index into ``states``."""
        return self._kernel.state()

    @property
    def log(self) -> EventLog:
        """The event log, up to today."""
        return self._kernel.log

    def events(self) -> EventTable:
        """Return all events so far in canonical order."""
        return self.log.table(self.day)

    def events_sha256(self) -> str:
        """Return the digest of all events so far."""
        return self.events().sha256()

    def in_force(self) -> tuple[Graph, Bounds, Multipliers]:
        """Return the disease's tables, the bounds, and what scales contacts today."""
        return self._graph, self._bounds, self._multipliers()

    def in_force_with(
        self, path: str, value: float
    ) -> tuple[Graph, Multipliers, tuple[float, ...]]:
        """Return what would be in force today with another value of one quantity.

        The last are the imports a week, for each strain.
        """
        place, _, name = path.rpartition(".")
        values = self._values[place]
        usual = getattr(values, name)
        setattr(values, name, value)
        try:
            imports = self._disease.imports(self._values["disease"], self.day)
            return self._compile_graph(), self._multipliers().copy(), tuple(imports)
        finally:
            setattr(values, name, usual)

    @property
    def acts_on_people(self) -> bool:
        """Whether a policy acts on single people, who depend on what has happened."""
        return self._authority.acts_on_people

    @property
    def classes(self) -> UInt8[np.ndarray, " agents"]:
        """Everybody's class of protection today; empty where all are of one."""
        return self._authority.classes

    @property
    def policy_strengths(self) -> dict[str, float]:
        """How far each policy was in force today, 0 to 1, by path."""
        return dict(self._authority.strengths)

    def policy_counts(self) -> dict[str, int]:
        """Return what policies did so far: "policies.vaccination.doses" and the like."""
        return self._authority.counts()

    def policy_history(self) -> tuple[dict[str, int], ...]:
        """Return `policy_counts` of each day, from day 1 on."""
        return self._authority.history()

    @property
    def tables_sha256(self) -> str:
        """The digest of the integer tables in force: equal tables and seed give equal events."""
        acceptance = acceptance_of(self.world, self._graph, self._bounds, self._multipliers())
        digest = hashlib.sha256()
        for table in (
            self._bounds.poisson,
            acceptance.marks,
            acceptance.gain,
            acceptance.conduct_marks,
            acceptance.conduct_bits,
            acceptance.spread,
            acceptance.shield,
            acceptance.abroad,
            acceptance.shares,
            self._graph.dwell,
            self._graph.susceptibility,
            self._graph.catch,
        ):
            digest.update(np.ascontiguousarray(table).tobytes())
        return digest.hexdigest()

    def snapshot(self) -> Snapshot:
        """Return tonight for a screen."""
        return Snapshot(
            run=self._run_name,
            day=self.day,
            date=self.project.date_of(self.day),
            counts=self.counts,
            new_infections=self._kernel.new_infections(),
            imported=self._kernel.imported(),
            infections_by_lag=self._kernel.infections_by_lag(),
            ever_infected=self.ever_infected,
            states=self.states,
            network_names=self.network_names,
            initial_state=self._initial_state,
            log=self.log,
            infections=self._kernel.infections(),
        )

    def name_run(self, name: str) -> None:
        """Give the run the name that its snapshots carry."""
        self._run_name = name

    def fork(self) -> "Simulation":
        """Return an independent copy; both continue with the same events until one is changed."""
        twin = Simulation.__new__(Simulation)
        twin.__dict__.update(self.__dict__)
        twin._values = {path: Values(**vars(values)) for path, values in self._values.items()}
        twin._kernel = self._kernel.fork()
        twin._turnover = self._turnover and self._turnover.fork()
        twin._authority = self._authority.fork(twin._policies())
        return twin

    def _take_new_numbers(self) -> None:
        if self.world.crowd is not None:
            refuse_disease(self._disease, self._values["disease"])
        self._graph = self._compile_graph()
        numbers = self._multipliers()
        tables = acceptance_of(self.world, self._graph, self._bounds, numbers)
        self._kernel.use(self._graph, tables)
        self._changed = False

    def _rewire(self) -> None:
        """Give the kernel today's contacts of the networks in which they change today."""
        for number, shape in enumerate(self.world.networks):
            if shape.timetable is not None and self.day in shape.timetable.change_days:
                self._kernel.rewire(number, *shape.timetable.on(self.day))

    def _compile_graph(self) -> Graph:
        return graph_of(self._disease, self._values["disease"])

    def _start_turnover(self) -> Turnover | None:
        if not self._graph.turnover:
            return None
        targets = {path: kind.selections(values)[0]
                   for path, (kind, values) in self._policies().items()}  # fmt: skip
        for name, (kind, values) in self._behaviours().items():
            targets[f"behaviours.{name}"] = kind.target(values)
        for path, target in targets.items():
            if not target.holds_for_newborns:
                raise ProjectError(
                    "is for people of some ages, or with an attribute, and it is not known whether "
                    "those who are born meanwhile will be among them. Leave its target_age_min, "
                    "target_age_max and target_attribute out, or write turnover: false.",
                    place=path,
                )
        by_age = any(shape.match is not None for shape in self.world.networks)
        ages = len(np.unique(self.world.age_band))
        if by_age and self.people.agent_count and ages < AGE_BAND_COUNT:
            raise ProjectError(
                "must be false where there are not people of all ages at the start: nothing is "
                "known of the contacts of the others, as they grow up and old.",
                place="disease.turnover",
            )
        return Turnover(run_key(self.seed), self.people)

    def _turn_over(self) -> Int32[np.ndarray, " born"]:
        """Let people grow older; return the places in which somebody is born today."""
        if self._turnover is None:
            return NOBODY_BORN
        self._kernel.grow_older(self._turnover.birthdays(self.day))
        died = self._turnover.deaths(self.day, self._values["disease"].life_expectancy)
        dead = np.array([state.role == "dead" for state in self._graph.states])
        born = died[~dead[self._kernel.state_of(died)]]
        self._turnover.born(born, self.day)
        return born

    def imports_on(self, day: int) -> Imports:
        """Return whom an infection from elsewhere reaches on a day, with the present numbers."""
        values = self._values["disease"]
        return self._importer.on(
            day, self._disease.imports(values, day), self._disease.introductions(values)
        )

    def _multipliers(self) -> Multipliers:
        return Multipliers(
            transmission=self._disease.transmission_rate(self._values["disease"]),
            intensity={
                shape.name: self._values[f"networks.{shape.name}"].intensity
                if f"networks.{shape.name}" in self._values
                else 1.0
                for shape in self.world.networks
            },
            policies=self._authority.scalings(),
            behaviours=self._behaviours(),
            classes=self._authority.protections(),
            dispersion=self._values["disease"].dispersion,
            conduct_bits=self._conduct_bits,
        )

    def _policies(self) -> dict[str, tuple[type[Policy], Values]]:
        """Return classes and numbers by path, sorted whatever the file's order."""
        return {
            path: (cast("type[Policy]", self._kinds[path]), self._values[path])
            for path in sorted(self._values)
            if path.startswith("policies.")
        }

    def _behaviours(self) -> dict[str, tuple[type[Behaviour], Values]]:
        """Return classes and numbers by own name, sorted whatever the file's order."""
        family = "behaviours."
        return {
            path.removeprefix(family): (cast("type[Behaviour]", self._kinds[path]), values)
            for path, values in sorted(self._values.items())
            if path.startswith(family)
        }

    def _start_bounds(self) -> Bounds:
        """Return bounds for the numbers at the start, or the declared defaults where larger.

        A slider that starts at 0 can then be moved up: an attempt needs a bound above 0.
        """
        numbers = self._multipliers()
        usual = self._disease.transmission_rate(self._disease().values())
        intensity = {
            name: max(value, self._default_intensity(name))
            for name, value in numbers.intensity.items()
        }
        transmission = max(numbers.transmission, usual)
        headroom = self.project.headroom
        return bounds_of(self.world, self._graph, transmission, intensity, headroom)

    def _default_intensity(self, name: str) -> float:
        kind = self._kinds.get(f"networks.{name}")
        return 1.0 if kind is None else kind.param["intensity"].default


def _parts(project: Project) -> dict[str, Component]:
    """Return the components that have numbers, by path."""
    listed = {
        f"{part.family}.{part.own_name}": part
        for part in (*project.networks, *project.behaviours, *project.policies)
    }
    return {"disease": project.disease, **listed}


def _kernel(
    device: str, world: World, graph: Graph, bounds: Bounds, acceptance: Acceptance, seed: int
) -> Kernel:
    """Choose Numba on the CPU, or torch elsewhere (``"reference"``: torch on the CPU)."""
    if world.crowd is not None:
        from populace.engine.lean.kernel import LeanKernel

        return LeanKernel(world, graph, bounds, acceptance, run_key(seed))
    if device == "cpu":
        from populace.engine.kernels.cpu import FastKernel

        return FastKernel(world, graph, bounds, acceptance, run_key(seed))
    from populace.engine.kernels.reference import ReferenceKernel

    where = "cpu" if device == "reference" else device
    return ReferenceKernel(world, graph, bounds, acceptance, run_key(seed), where)
