"""The secondary attack rate in households."""

import numpy as np

from populace.engine.analysis.households import exposures_of
from populace.engine.analysis.record import Record
from populace.engine.analysis.table import Table, ratio
from populace.engine.observations.base import Measurement
from populace.engine.quantities import Structure

FIRST, ALL = "the first in a household", "everybody"


class HouseholdAttack(Measurement):
    """The chance that somebody infected infects a susceptible person of the same household.

    It is computed from the infectors: of the people who were susceptible on the evening of an
    infector's infection, those whom this infector infected at home. Others who fall ill in the
    house, infected elsewhere or by each other, do not count. Infectors who are still infected
    when the run ends are left out.
    """

    title = "Household secondary attack rate"

    infectors = Structure(
        FIRST,
        choices=(FIRST, ALL),
        doc="Whose infections count. Later infectors share their contacts with the first.",
    )
    largest = Structure(
        7,
        bounds=(2, 100),
        unit="people",
        source="assumption: larger households are few",
        doc="Households of this size and above are counted together.",
    )

    def observe(self, record: Record) -> Table:
        """Return size of household, infectors, people exposed to them, infected by them, share."""
        exposures = exposures_of(record)
        counted = ~record.ends_infected() & (exposures.exposed > 0)
        if self.infectors == FIRST:
            counted &= exposures.first
        size = np.minimum(exposures.size[counted], self.largest)
        infectors, exposed, infected = (
            np.bincount(size, weights, minlength=self.largest + 1)[2:].astype(np.int64)
            for weights in (None, exposures.exposed[counted], exposures.infected[counted])
        )
        return Table(
            {
                "household_size": np.arange(2, self.largest + 1),
                "infectors": infectors,
                "exposed": exposed,
                "infected": infected,
                "secondary_attack_rate": ratio(infected, exposed),
            }
        )
