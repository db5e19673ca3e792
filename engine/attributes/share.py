"""A yes or no: a share of some people."""

import numpy as np
from jaxtyping import Bool

from populace.engine.attributes.base import OwnAttribute
from populace.engine.columns import NO, YES
from populace.engine.people import Attribute, People
from populace.engine.quantities import Probability


class Share(OwnAttribute):
    """Each of those who can have it has it with the same chance: yes or no.

    A larger share keeps all who have it with a smaller one.
    """

    title = "Share of people"

    share = Probability(
        0.05,
        step=0.005,
        source="assumption: replace with the share under study; plausible .001 to .5",
        doc="Share of those who can have it.",
    )

    def categories(self) -> tuple[str, ...]:
        return NO, YES

    def drawn(self, people: People, among: Bool[np.ndarray, " agents"]) -> Attribute:
        below = self.draws(people.agent_count).astype(np.uint64) < np.uint64(self.share * 2**32)
        return Attribute((below & among).astype(np.uint8), self.categories())
