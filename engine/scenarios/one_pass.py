"""One pass: a baseline and its scenarios computed together, each as if it had been run alone.

docs/scenarios.md has what it costs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import UInt64

from populace.engine.acceptance import Acceptance, Bounds, rates_of
from populace.engine.errors import ProjectError
from populace.engine.graph import Graph
from populace.engine.kernels.alongside import Alongside, Memory
from populace.engine.kernels.one_pass import KINDS_MAX, SCENARIOS_MAX
from populace.engine.kernels.side_by_side import Pass, kinds_of
from populace.engine.project import Project
from populace.engine.scenarios.alike import apart, unfit
from populace.engine.simulation import Simulation
from populace.engine.streams import run_key
from populace.engine.tables import level_table
from populace.engine.world import World


class OnePass:
    """Projects that take every day together; what does not fit is a `ProjectError` that names it.

    ``simulations`` may be read like those of separate runs, by label: they have the same events.
    With the ``memory`` of an earlier pass that nobody reads any more, this one begins faster.
    """

    def __init__(
        self, projects: Mapping[str, Project], world: World, seed: int | None = None,
        memory: Memory | None = None,
    ) -> None:  # fmt: skip
        _check(projects, world)
        self.day = 0
        self.days = next(iter(projects.values())).days
        kernels: list[Alongside] = []

        def alongside(
            of: World, graph: Graph, bounds: Bounds, acceptance: Acceptance, of_seed: int
        ) -> Alongside:
            kernels.append(Alongside(of, graph, bounds, acceptance, run_key(of_seed)))
            return kernels[-1]

        base = next(iter(projects.values()))
        chosen = base.seed if seed is None else seed
        self.simulations: dict[str, Simulation] = {}
        for label, project in projects.items():
            first = kernels[0].first if kernels else None  # drawn once: they are the same for all
            self.simulations[label] = Simulation(
                project, world=world, seed=chosen, first_infected=first, make_kernel=alongside
            )
        if kinds_of(kernels) > KINDS_MAX:
            raise ProjectError(
                f"put people into more than {KINDS_MAX:,} groups by their targets: run these "
                "scenarios one by one.",
                place="policies",
            )
        tops = [_highest(one) for one in self.simulations.values()]
        self._pass = Pass(kernels, tops, self.days, memory or Memory())

    def step(self) -> None:
        """Simulate the next day in all scenarios."""
        if self.day == self.days:
            raise ValueError(f"this pass ends after {self.days:,} days")
        self.day += 1
        mornings = [one.begin_day() for one in self.simulations.values()]
        self._pass.advance(self.day, mornings[0][0])
        for one, (_, born) in zip(self.simulations.values(), mornings, strict=True):
            one.end_day(born)

    def run(self) -> None:
        """Simulate all days that are left."""
        while self.day < self.days:
            self.step()


def in_passes(projects: Sequence[Project], most: int = SCENARIOS_MAX) -> list[list[int]]:
    """Put projects, by their numbers, into passes; one that is alone in its pass is run alone."""
    passes: list[list[int]] = []
    for number, project in enumerate(projects):
        alone = unfit(project)
        for one in passes:
            first = projects[one[0]]
            if not alone and len(one) < most and not unfit(first) and not apart(first, project):
                one.append(number)
                break
        else:
            passes.append([number])
    return passes


def why_not(world: World) -> str:
    """Return why nothing on this world can be computed in one pass, or nothing."""
    if world.crowd is not None:
        return "population: its people are computed from their numbers."
    for shape in world.networks:
        if shape.timetable is not None:
            return f"networks.{shape.name}: its contacts change from day to day."
    return ""


def _check(projects: Mapping[str, Project], world: World) -> None:
    if not 1 <= len(projects) <= SCENARIOS_MAX:
        raise ProjectError(
            f"a pass has 1 to {SCENARIOS_MAX} scenarios, not {len(projects)}.", place="scenarios"
        )
    (_, base), *_ = projects.items()
    if reason := why_not(world):
        raise _refused(reason, "project")
    for label, project in projects.items():
        if reason := unfit(project) or apart(base, project):
            raise _refused(reason, label)


def _refused(reason: str, place: str) -> ProjectError:
    return ProjectError(f"cannot be computed in one pass. {reason} Run it by itself.", place=place)


def _highest(run: Simulation) -> UInt64[np.ndarray, "networks infectors classes"]:
    """Return levels that no day of a run is above: those without any policy."""
    graph, bounds, numbers = run.in_force()
    free = replace(numbers, policies=())
    found = np.zeros(
        (len(bounds.means), graph.state_count << len(free.behaviours), bounds.poisson.shape[1]),
        np.uint64,
    )
    for row, (shape, bound) in enumerate(zip(run.world.networks, bounds.means, strict=True)):
        table = level_table(rates_of(shape, graph, free), bound)
        found[row, :, : table.shape[1]] = table
    return found
