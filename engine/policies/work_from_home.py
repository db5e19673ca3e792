"""Working from home."""

from populace.engine.component import Values
from populace.engine.policies.base import Policy
from populace.engine.quantities import Probability


class WorkFromHome(Policy):
    """On each day a share of the workers, other ones every day, is not at work.

    A contact at work needs two who are there, so what is left is the square of those who come.
    """

    assumes = (
        "Whoever works at home meets nobody of the workplace.",
        "Contacts at home and in the community stay as they were.",
    )

    title = "Working from home"

    share_at_home = Probability(
        0.37,
        step=0.01,
        live=True,
        source="Dingel and Neiman 2020, J Public Econ 189:104235: 37 % of jobs in the United "
        "States can be done at home; plausible .1 to .6",
        doc="Share of workers who are not at work on a day.",
    )

    @classmethod
    def factor(cls, values: Values, network: str, at_home: bool) -> float:
        if not network.startswith("work"):
            return 1.0
        return (1.0 - values.share_at_home) ** 2

    @classmethod
    def factor_of_one(cls, values: Values, network: str, at_home: bool) -> float:
        # The other one is always there.
        return 1.0 - values.share_at_home if network.startswith("work") else 1.0
