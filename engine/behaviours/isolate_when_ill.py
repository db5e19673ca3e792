"""People with symptoms who stay at home."""

from populace.engine.behaviours.base import Behaviour
from populace.engine.component import Values
from populace.engine.diseases.base import State
from populace.engine.quantities import Probability


class IsolateWhenIll(Behaviour):
    """A share of those with symptoms avoids contacts outside the home while they have them."""

    assumes = (
        "Whether somebody isolates is drawn anew for each infection.",
        "It begins with the symptoms, and is the same from the first day to the last.",
    )

    title = "Isolation when ill"

    share_isolating = Probability(
        0.3,
        step=0.01,
        live=True,
        source="assumption; self-reported full isolation in the UK, 2020-21: 43 % of those with "
        "symptoms (Smith et al. 2021, BMJ 372:n608); plausible .1 to .8",
        doc="Share of people with symptoms who isolate.",
    )
    reduction = Probability(
        0.75,
        step=0.01,
        source="Ferguson et al. 2020, Imperial College Report 9: case isolation cuts contacts "
        "outside the home by 75 %; plausible .5 to 1",
        doc="Share of their contacts outside the home that falls away.",
    )

    @classmethod
    def applies(cls, state: State) -> bool:
        return state.symptomatic

    @classmethod
    def share(cls, values: Values) -> float:
        return values.share_isolating

    @classmethod
    def factor(cls, values: Values, at_home: bool) -> float:
        return 1.0 if at_home else 1.0 - values.reduction
