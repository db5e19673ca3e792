"""The abstract base of behaviours."""

from abc import abstractmethod
from typing import ClassVar

from populace.engine import selection_settings as chosen
from populace.engine.component import Component, Values
from populace.engine.diseases.base import State
from populace.engine.selection import Selection


class Behaviour(Component):
    """How people react to what happens to them.

    A behaviour is taken up or not by each person in each infection: one draw, keyed by person
    and episode, against `share`. Those who take it up meet others with the contacts of `factor`.
    It may be for some people alone, its target: nobody else ever takes it up.
    """

    family: ClassVar[str] = "behaviours"

    target_age_min = chosen.youngest(
        "assumption: for everybody",
        "Age from which on people may take the behaviour up.",
    )
    target_age_max = chosen.oldest(
        "assumption: for everybody",
        "Age up to which, and including it, people may take the behaviour up.",
    )
    target_places = chosen.places(
        "assumption: everywhere",
        "Regions, or groups of regions, whose people may take the behaviour up. Empty: everywhere.",
    )
    target_attribute = chosen.name(
        "assumption: for everybody",
        "The attribute by which people are chosen, such as an occupation. Empty: none.",
    )
    target_values = chosen.values(
        "assumption: for everybody",
        "Which of its people may take the behaviour up: categories, with commas, or conditions on "
        "a number, such as >= 3. Empty: yes.",
    )

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

    @classmethod
    def target(cls, values: Values) -> Selection:
        """Return who may take it up."""
        return Selection.read(values, "target_")
