"""The attack rate."""

import numpy as np

from populace.engine.analysis.grouping import ATTRIBUTE, WAYS
from populace.engine.analysis.record import Record
from populace.engine.analysis.table import Table, ratio
from populace.engine.observations.base import Grouped
from populace.engine.quantities import Structure

NETWORK = "network"
# How the first infected, and those infected from outside, are named among the networks.
OUTSIDE = "none"


class AttackRate(Grouped):
    """The share of people who were ever infected, at the end of the run.

    By network: the share of all people whose first infection came over it; "none" are the first
    infected. The shares of the networks add up to the attack rate of everybody.
    """

    by = Structure(
        "age",
        choices=(*WAYS, ATTRIBUTE, NETWORK),
        doc="Whose attack rates are kept apart.",
    )

    def observe(self, record: Record) -> Table:
        """Return group, people, how many of them were ever infected, and the attack rate."""
        first = record.episodes.first
        if self.by == NETWORK:
            return _by_network(record, record.episodes.network[first])
        grouping = self.grouping(record)
        infected = grouping.count(record.episodes.agent[first])
        return Table(
            grouping.headed(
                {
                    "people": grouping.people,
                    "ever_infected": infected,
                    "attack_rate": ratio(infected, grouping.people),
                }
            )
        )


def _by_network(record: Record, network: np.ndarray) -> Table:
    names = (*record.network_names, OUTSIDE)
    # What is no network's number counts as none.
    infected = np.bincount(np.minimum(network, len(names) - 1), minlength=len(names))
    people = np.full(len(names), record.people.agent_count)
    columns = {"people": people, "ever_infected": infected, "attack_rate": ratio(infected, people)}
    return Table({NETWORK: np.array(names, object), **columns})
