"""DraftFacts: what a draft says of its people and its disease, for data that is brought to them."""

from populace.engine.editing.draft import Draft
from populace.engine.errors import ProjectError
from populace.engine.graph import graph_of
from populace.engine.importing.preview import smaller
from populace.engine.people import Places
from populace.engine.population_cache import people_of
from populace.engine.populations.base import Population, Progress
from populace.engine.populations.table import Table
from populace.engine.registry import kind


class DraftFacts:
    """Facts of a draft as it is now; None or nothing while they cannot be told."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._ids_of, self._ids = "", []

    def population(self) -> Population | None:
        """Return the people that the draft declares."""
        spec = self._draft.spec.get("population")
        try:
            found = kind("populations", str(spec["kind"])).from_spec(spec) if spec else None
            if not isinstance(found, Population):
                return None
            found.folder = self._draft.folder
            found.check()
        except (ProjectError, KeyError):
            return None
        return found

    def people(self) -> int | None:
        """Return how many people there are."""
        population = self.population()
        return None if population is None else population.agent_count()

    def ids(self) -> list[str]:
        """Return the ids of the draft's own people, read once."""
        spec = repr(self._draft.spec.get("population"))
        if self._ids_of != spec:
            population = self.population()
            self._ids = population.ids() if isinstance(population, Table) else []
            self._ids_of = spec
        return self._ids

    def places(self, progress: Progress) -> Places | None:
        """Return the regions, seen on a small population of the same kind."""
        population = self.population()
        if population is None:
            return None
        progress("Looking up the places of the model", 0.1)
        return people_of(smaller(population), progress).places

    def states(self) -> list[tuple[str, str]]:
        """Return name and label of the states of the disease, but for the susceptible one."""
        spec = self._draft.spec.get("disease")
        try:
            disease = kind("diseases", str(spec["kind"])).from_spec(spec) if spec else None
            if disease is None:
                return []
            graph = graph_of(type(disease), disease.values())  # pyright: ignore[reportArgumentType]
        except (ProjectError, KeyError):
            return []
        return [(state.name, state.label) for state in graph.states[1:]]
