"""The abstract base of contact networks."""

from abc import abstractmethod
from typing import ClassVar

from populace.engine.component import Component
from populace.engine.contacts import Contacts
from populace.engine.people import People
from populace.engine.quantities import Quantity


class Network(Component):
    """Who meets whom, and how often. How infection crosses is written once, in `kernels`."""

    family: ClassVar[str] = "networks"
    # Masks and the isolation of the ill change what happens outside the home only.
    at_home: ClassVar[bool] = False

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
