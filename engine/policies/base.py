"""The abstract base of policies."""

from abc import abstractmethod
from typing import ClassVar

from populace.engine.component import Component, Values


class Policy(Component):
    """What an authority does. It scales transmission on the networks that it reaches."""

    family: ClassVar[str] = "policies"

    @classmethod
    @abstractmethod
    def factor(cls, values: Values, network: str, at_home: bool) -> float:
        """Return what is left of transmission on a network."""
