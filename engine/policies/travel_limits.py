"""Fewer contacts between people who live in different regions."""

from collections.abc import Sequence

from populace.engine.component import Values
from populace.engine.diseases.base import State
from populace.engine.errors import ProjectError
from populace.engine.policies.base import Policy
from populace.engine.quantities import Probability, Structure

OUTSIDE, TRAVEL = "all outside the home", "gravity, radiation and commuting"
TRAVEL_NETWORKS = ("gravity", "radiation", "commuting")


class TravelLimits(Policy):
    """A share of the contacts between regions falls away; those within a region stay as they were.

    A contact is one between regions if the two people live in different ones, wherever they meet:
    two commuters from one region who meet at work in another are not kept apart. What people do
    instead is not modelled. Where all people live in one region nothing changes.
    """

    assumes = (
        "Nobody makes up for journeys by contacts at home or in the own region.",
        "Only contacts between people of two regions are limited.",
    )

    title = "Travel limits"

    reduction = Probability(
        0.5,
        step=0.01,
        live=True,
        source="assumption; plausible .2 to .9 while people are asked or made to stay in their "
        "region",
        doc="Share of the contacts between people of different regions that falls away.",
    )
    reach = Structure(
        OUTSIDE,
        choices=(OUTSIDE, TRAVEL),
        source="assumption: whoever does not travel goes neither to work nor to school there",
        doc="The networks on which contacts between regions fall away.",
    )

    def require(
        self, states: Sequence[State], networks: Sequence[str], policies: Sequence[str]
    ) -> None:
        if self.reach == TRAVEL and not set(TRAVEL_NETWORKS) & set(networks):
            raise ProjectError(
                "does nothing: there is none of these networks. Add one, or write "
                f"reach: {OUTSIDE}.",
                place="reach",
            )

    @classmethod
    def between_regions(cls, values: Values, network: str, at_home: bool) -> float:
        if at_home or (values.reach == TRAVEL and network not in TRAVEL_NETWORKS):
            return 1.0
        return 1.0 - values.reduction
