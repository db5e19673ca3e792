"""The abstract base of contact networks."""

from abc import abstractmethod
from pathlib import Path
from typing import ClassVar

from populace.engine.columns import Columns
from populace.engine.component import Component
from populace.engine.contacts import Contacts
from populace.engine.people import People
from populace.engine.project_file import file_inside
from populace.engine.quantities import Quantity


class Network(Component):
    """Who meets whom, and how often. How infection crosses is written once, in `kernels`."""

    family: ClassVar[str] = "networks"
    # Masks and the isolation of the ill change what happens outside the home only.
    at_home: ClassVar[bool] = False
    # The place that people must have to meet here: school, workplace. Nobody has it: nobody meets.
    requires: ClassVar[str] = ""
    # Where the files of the project lie; `Project` sets it, for networks that read one.
    folder: Path | None = None
    # True where nobody meets without a file of the user's: such a kind cannot stand by itself.
    needs_files: ClassVar[bool] = False

    intensity = Quantity(
        1.0,
        bounds=(0, 3),
        step=0.05,
        live=True,
        unit="x",
        source="reference level: 1 is an ordinary day, 0 is closed",
        doc="How much this network counts, against an ordinary day.",
    )

    @abstractmethod
    def contacts(self, people: People) -> Contacts:
        """Return who meets whom; drawn once, when a run is built."""

    @property
    def known_as(self) -> str:
        """Return the kind of network as which policies know it: "school", "workplace"."""
        return self.kind_name()

    def files(self) -> tuple[str, ...]:
        """Return the names of the project's files that the network is drawn from."""
        return ()

    def own_files(self) -> list[Path]:
        """Return the paths of `files`; one that is missing is a `ProjectError`."""
        return [file_inside(self.folder, name) for name in self.files()]

    @property
    def needs_columns(self) -> bool:
        """Whether the network asks for something of people that not all populations have."""
        return False

    def check_names(self, columns: Columns) -> None:
        """Raise a `ProjectError` for an attribute that people do not have."""

    def check(self) -> None:
        """Raise a `ProjectError` if the files cannot be the right ones; rows are read later."""
