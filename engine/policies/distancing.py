"""Distancing of everybody outside the home."""

from populace.engine.component import Values
from populace.engine.policies.base import Policy
from populace.engine.quantities import Probability

REPORT_9 = "Ferguson et al. 2020, Imperial College Report 9"


class Distancing(Policy):
    """Everybody avoids contacts in the community, and some of those at work.

    Contacts at home and at school stay as they were; Report 9 lets those at home rise by a quarter,
    which is left out here.
    """

    assumes = (
        "Everybody keeps the same distance; nobody makes up for it at home or at school.",
        "The reduction stays the same as long as the policy is in force: people do not tire.",
    )

    title = "Distancing"

    community_reduction = Probability(
        0.75,
        step=0.01,
        live=True,
        source=f"{REPORT_9}: 75 %; plausible .2 to .9",
        doc="Share of the contacts outside home, school and work that falls away.",
    )
    work_reduction = Probability(
        0.25,
        step=0.01,
        live=True,
        source=f"{REPORT_9}: 25 %; plausible .1 to .6",
        doc="Share of the contacts at work that falls away.",
    )

    @classmethod
    def factor(cls, values: Values, network: str, at_home: bool) -> float:
        if at_home or network.startswith("school"):
            return 1.0
        if network.startswith("work"):
            return 1.0 - values.work_reduction
        return 1.0 - values.community_reduction
