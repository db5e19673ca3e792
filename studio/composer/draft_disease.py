"""DraftDisease: what a draft says of its disease, however much of it is wrong."""

from populace.engine.component import Component
from populace.engine.editing import disease_edits as edits
from populace.engine.editing.draft import Draft, Spec
from populace.engine.editing.own_disease import (
    CUSTOM,
    can_be_own,
    infections_of,
    usable,
    written_graph,
)
from populace.engine.editing.problems import Problem
from populace.engine.registry import kinds
from populace.studio.composer.disease_graph import label_of
from populace.studio.composer.disease_layout import Place, places, tidy_places

PLACES = "disease_places"  # in the draft's canvas: name of a state, and where it stands
Selected = tuple[str, str | int | None]
NOTHING: Selected = ("", None)


class DraftDisease:
    """The disease of a draft as it is now."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    @property
    def spec(self) -> Spec:
        """The values of the disease, none while there is no disease."""
        found = self._draft.spec.get("disease")
        return found if isinstance(found, dict) else {}

    @property
    def component(self) -> Component:
        """The disease with those of its values that can be used."""
        return usable("diseases", self.spec)

    @property
    def is_own(self) -> bool:
        """Whether its graph is written out."""
        return self.spec.get("kind") == CUSTOM

    @property
    def can_be_own(self) -> bool:
        """Whether its graph could be written out."""
        return bool(self.graph) and not self.is_own and can_be_own(self.spec)

    @property
    def graph(self) -> Spec:
        """Its graph as a project file writes it, empty while there is none."""
        return written_graph(self.spec) if self.spec.get("kind") in kinds("diseases") else {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the draft."""
        return self._draft.problems

    @property
    def places(self) -> dict[str, Place]:
        """Where its states stand."""
        kept = self._draft.now.canvas.get(PLACES, {})
        return places(self.graph, kept, self.infections)

    @property
    def tidy_places(self) -> dict[str, Place]:
        """Where its states would stand in good order."""
        return tidy_places(self.graph, self.infections)

    @property
    def infections(self) -> list[tuple[str, str]]:
        """From which state to which infection leads."""
        graph = self.graph
        return infections_of(self.spec, graph) if graph else []

    def label(self, name: object) -> str:
        """Return the label of a state."""
        states = {state.get("name"): label_of(state) for state in edits.states_in(self.graph)}
        return states.get(name, str(name))

    def has(self, selected: Selected) -> bool:
        """Tell whether what was selected is still there."""
        what, which = selected
        graph = self.graph
        if what == "way":
            return int(which or 0) < len(edits.ways_in(graph))
        return what == "" or any(one.get("name") == which for one in edits.states_in(graph))
