"""Since: from which evening on numbers change, and how the run went until then.

Day 0 of a project, or today of a run: that is simulated again with its changes on their days. The
draws belong to the people, so its events are the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from populace.engine.project import Project
from populace.engine.simulation import Simulation
from populace.engine.world import World

# From which day on it holds, path and value.
Change = tuple[int, str, float]


@dataclass(frozen=True)
class Since:
    """An evening. ``changes`` are those of the run so far, also what will hold from tomorrow."""

    day: int = 0
    changes: tuple[Change, ...] = ()

    @staticmethod
    def read(day: int, changes: Sequence[Sequence[int | str | float]]) -> "Since":
        """Make it of plain values."""
        listed = [(int(on), str(path), float(value)) for on, path, value in changes]
        return Since(day, tuple(sorted(listed, key=lambda one: one[0])))

    def now(self, project: Project) -> Project:
        """Return a project with the numbers of tomorrow; it is given with those of day 0."""
        return project.with_values({path: value for _, path, value in self.changes})

    def begin(self, project: Project, world: World, seed: int) -> Simulation:
        """Return the run on day 0."""
        run = Simulation(project, world=world, seed=seed)
        self.evening(run, 0)
        return run

    def evening(self, run: Simulation, day: int) -> None:
        """Make the changes that hold from the next day on."""
        for on, path, value in self.changes:
            if on == day + 1:
                run.set(path, value)

    def resized(self, project: Project, other: Project) -> "Since":
        """Return it for the same project with another number of people: shares stay."""
        if other is project:
            return self
        before, after = (one.population.agent_count() for one in (project, other))
        assert before
        assert after
        supplies = {
            one.path for one in project.quantities() if getattr(one.declaration, "supply", False)
        }
        changes = tuple(
            (on, path, value * after / before if path in supplies else value)
            for on, path, value in self.changes
        )
        return Since(self.day, changes)
