"""What an epidemic costs, in money and in healthy years of life."""

import numpy as np

from populace.engine.analysis.grouping import Grouping, daily_table
from populace.engine.analysis.record import Record
from populace.engine.analysis.stays import entries, stays_in
from populace.engine.analysis.table import Table
from populace.engine.observations.base import Grouped, names_in
from populace.engine.quantities import Quantity, Structure

SALOMON = "Salomon et al. 2015, Lancet Glob Health 3:e712"
DAYS_OF_A_YEAR = 365.25


class Costs(Grouped):
    """Money spent on care, and disability-adjusted life years (DALYs), day by day.

    cost = cases x cost of a case + days on the ward x cost of a day + days in intensive care x
    cost of a day. DALYs = years lost + years disabled: each death loses the years from its age to
    the life span, and at least a few; each day in a state counts its disability weight. Nothing
    is discounted, and care before symptoms, long-term harm and lost work are not counted.
    """

    title = "Costs and life years"
    state_settings = ("ward_states", "intensive_states")
    optional_settings = ("ward_states", "intensive_states")

    ward_states = Structure(
        "hospitalised",
        unit="names of states, separated by commas",
        source="the disease",
        doc="States of people in hospital, not in intensive care. Empty: none.",
    )
    intensive_states = Structure(
        "intensive",
        unit="names of states, separated by commas",
        source="the disease",
        doc="States of people in intensive care. Empty: none.",
    )
    case_cost = Quantity(
        100.0,
        bounds=(0, 100_000),
        unit="money per person with symptoms",
        source="assumption: one visit to a doctor; plausible 20 to 500 dollars",
        doc="What somebody with symptoms costs outside hospital.",
    )
    ward_cost = Quantity(
        2_500.0,
        bounds=(0, 100_000),
        unit="money a day",
        source="assumption: replace with local prices; plausible 500 to 5,000 dollars",
        doc="What a day in hospital costs.",
    )
    intensive_cost = Quantity(
        6_000.0,
        bounds=(0, 100_000),
        unit="money a day",
        source="assumption: replace with local prices; plausible 1,500 to 12,000 dollars",
        doc="What a day in intensive care costs.",
    )
    symptoms_weight = Quantity(
        0.051,
        bounds=(0, 1),
        unit="healthy years a year",
        source=f"{SALOMON}: acute episode of an infectious disease, moderate .051",
        doc="Disability weight of symptoms.",
    )
    ward_weight = Quantity(
        0.133,
        bounds=(0, 1),
        unit="healthy years a year",
        source=f"{SALOMON}: acute episode of an infectious disease, severe .133",
        doc="Disability weight of a stay in hospital.",
    )
    intensive_weight = Quantity(
        0.655,
        bounds=(0, 1),
        unit="healthy years a year",
        source="Haagsma et al. 2015, Popul Health Metr 13:10: intensive care .655",
        doc="Disability weight of a stay in intensive care.",
    )
    life_span = Quantity(
        85.0,
        bounds=(40, 110),
        unit="years",
        source="assumption: a long-lived country; plausible 75 to 89",
        doc="The age up to which a death loses years.",
    )
    least_years = Quantity(
        5.0,
        bounds=(0, 20),
        unit="years",
        source="assumption: the old have years to live, too; plausible 2 to 8",
        doc="Years that a death loses at least, at any age.",
    )

    def observe(self, record: Record) -> Table:
        """Return day, date, group, cost (money), years lost, years disabled, and DALYs."""
        grouping = self.grouping(record)
        ill, ward, intensive = (
            stays_in(record, states, grouping)
            for states in (
                record.states_with_symptoms(),
                record.states_named(names_in(self.ward_states)),
                record.states_named(names_in(self.intensive_states)),
            )
        )
        cost = (
            ill.entered * self.case_cost
            + ward.present * self.ward_cost
            + intensive.present * self.intensive_cost
        )
        disabled = (
            ill.present * self.symptoms_weight
            + ward.present * self.ward_weight
            + intensive.present * self.intensive_weight
        ) / DAYS_OF_A_YEAR
        lost = self._years_lost(record, grouping)
        columns = {"cost": cost, "years_lost": lost, "years_disabled": disabled}
        return daily_table(record, grouping, {**columns, "dalys": lost + disabled})

    def _years_lost(self, record: Record, grouping: Grouping) -> np.ndarray:
        rows = entries(record, record.states_of_role("dead"))
        agent, day = record.events.agent[rows], record.events.day[rows]
        years = np.maximum(self.life_span - record.people.age[agent], self.least_years)
        groups = len(grouping.names)
        cells = day.astype(np.int64) * groups + grouping.index[agent]
        lost = np.bincount(cells, years, minlength=record.day_count * groups)
        return lost.reshape(record.day_count, groups)
