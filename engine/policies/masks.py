"""Masks in public."""

from populace.engine.component import Values
from populace.engine.policies.base import Policy
from populace.engine.quantities import Probability


class Masks(Policy):
    """Masks outside the home: they hold back some of what the infectious give off.

    Everybody is taken to wear one with the same chance at every contact. With a target, a mask at a
    contact of somebody of the target counts, whoever else is there, and once.
    """

    assumes = (
        "Every contact outside the home has the same chance of a mask, whoever meets.",
        "A mask works alike in schools, at work and elsewhere, and from the first to the last day.",
        "Contacts at home stay as they were.",
    )

    title = "Masks"

    coverage = Probability(
        0.0,
        step=0.01,
        live=True,
        source="assumption: nobody before a mandate; surveys after mandates: .6 to .9",
        doc="Share of contacts outside the home at which a mask is worn.",
    )
    effect = Probability(
        0.25,
        step=0.01,
        live=True,
        source="assumption; a review of randomised and observational studies finds small to "
        "moderate effects: Howard et al. 2021, PNAS 118:e2014564118; plausible .1 to .6",
        doc="Share of infections that a mask prevents at a contact.",
    )

    @classmethod
    def factor(cls, values: Values, network: str, at_home: bool) -> float:
        return 1.0 if at_home else 1.0 - values.coverage * values.effect

    @classmethod
    def share_reached(cls, values: Values) -> float:
        # Its own coverage says at how many contacts a mask is worn, and not by whom.
        return 1.0
