"""Lockdown: everything outside the home at once."""

from populace.engine.component import Values
from populace.engine.policies.base import Policy
from populace.engine.quantities import Probability


class Lockdown(Policy):
    """A share of all contacts outside the home falls away, at school, at work and elsewhere."""

    assumes = (
        "All networks outside the home are reduced alike.",
        "Contacts at home stay as they were.",
        "People do not tire of it.",
    )

    title = "Lockdown"

    reduction = Probability(
        0.7,
        step=0.01,
        live=True,
        source="Jarvis et al. 2020, BMC Med 18:124: contacts a day in the United Kingdom fell from "
        "10.8 to 2.8, those outside the home more; plausible .5 to .9",
        doc="Share of the contacts outside the home that falls away.",
    )

    @classmethod
    def factor(cls, values: Values, network: str, at_home: bool) -> float:
        return 1.0 if at_home else 1.0 - values.reduction
