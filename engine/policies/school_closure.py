"""Closed schools."""

from populace.engine.component import Values
from populace.engine.policies.base import Policy
from populace.engine.quantities import Probability


class SchoolClosure(Policy):
    """A share of the contacts at school falls away, in every network whose name begins so.

    What pupils do instead is not modelled: their contacts at home and in the community stay as they
    were. Imperial College Report 9 lets them rise by 50 % and 25 %, so a closure looks somewhat
    better here than there.
    """

    title = "School closure"

    share_closed = Probability(
        1.0,
        step=0.05,
        live=True,
        source="assumption: all schools; plausible 0 to 1",
        doc="Share of the contacts at school that falls away.",
    )

    @classmethod
    def factor(cls, values: Values, network: str, at_home: bool) -> float:
        return 1.0 - values.share_closed if network.startswith("school") else 1.0
