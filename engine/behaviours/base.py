"""The abstract base of behaviours."""

from abc import abstractmethod
from typing import ClassVar

from populace.engine.component import Component, Values
from populace.engine.diseases.base import State


class Behaviour(Component):
    """How people react to what happens to them.

    A behaviour is taken up or not by each person in each infection: one draw, keyed by person
    and episode, against `share`. Those who take it up meet others with the contacts of `factor`.
    """

    family: ClassVar[str] = "behaviours"

    @classmethod
    @abstractmethod
    def applies(cls, state: State) -> bool:
        """Say whether people in this state may take up the behaviour."""

    @classmethod
    @abstractmethod
    def share(cls, values: Values) -> float:
        """Return the share of people who take it up."""

    @classmethod
    @abstractmethod
    def factor(cls, values: Values, at_home: bool) -> float:
        """Return what is left of the contacts of those who do."""
