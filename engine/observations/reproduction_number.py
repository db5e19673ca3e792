"""The reproduction number, counted two ways."""

import numpy as np

from populace.engine.analysis.record import Record
from populace.engine.analysis.table import Table, ratio
from populace.engine.observations.base import Measurement
from populace.engine.quantities import Probability, Structure
from populace.engine.reproduction import Reproduction

# Days since infection that are counted apart, as in the kernels; the last holds the rest.
LAGS = 128


class ReproductionNumber(Measurement):
    """How many people somebody infects: by those infected on a day, and by a day's conditions.

    The cohort number is the mean number of people whom those infected on a day go on to infect.
    It is left out where too many of them are still infected when the run ends. The instantaneous
    number is that of Fraser 2007 (PLoS ONE 2:e758) over a week: what the cohort of a day would
    infect if the conditions of that day held.
    """

    unfinished = Probability(
        0.01,
        step=0.01,
        source="assumption: the cohort number is then too low by about one per cent at most",
        doc="Largest share of a day's infected who are still infected when the run ends.",
    )

    by_strain = Structure(
        False,
        bounds=(0, 1),
        unit="yes or no",
        source="assumption: all strains together",
        doc="Whether the strains of the disease are kept apart, where it has several.",
    )

    def observe(self, record: Record) -> Table:
        """Return day, date, newly infected, infected by these, and both numbers (NaN if none).

        By strain there is a row for each day and strain: the one with which people were infected.
        """
        if not self.by_strain:
            everybody = np.ones(len(record.episodes), np.bool_)
            columns = self._numbers(record, everybody)
            return Table({"day": np.arange(record.day_count), "date": record.dates, **columns})
        disease, strain = record.project.disease, record.strain()
        names = tuple(one.name for one in disease.strains(disease.values()))
        each = [self._numbers(record, strain == number) for number in range(len(names))]
        columns = {name: np.stack([one[name] for one in each], axis=1).ravel() for name in each[0]}
        dated = {
            "day": np.repeat(np.arange(record.day_count), len(names)),
            "date": np.repeat(record.dates, len(names)),
            "strain": np.tile(np.array(names, object), record.day_count),
        }
        return Table(dated | columns)

    def _numbers(self, record: Record, chosen: np.ndarray) -> dict[str, np.ndarray]:
        """Return the columns of all days for some of the infections."""
        episodes, days = record.episodes, record.day_count
        day = episodes.day[chosen]
        infected = np.bincount(day, minlength=days)
        victims = np.bincount(day, episodes.victims[chosen], minlength=days).astype(np.int64)
        waiting = np.bincount(day[record.ends_infected()[chosen]], minlength=days)
        cohort = ratio(victims, infected)
        cohort[waiting > self.unfinished * infected] = np.nan
        return {
            "infected": infected,
            "infected_by_them": victims,
            "cohort": cohort,
            "instantaneous": _instantaneous(record, infected, chosen),
        }


def _instantaneous(record: Record, infected: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    episodes = record.episodes
    known = chosen & (episodes.source >= 0)
    day = episodes.day[known]
    lag = np.minimum(day - episodes.day[episodes.source[known]], LAGS - 1)
    ends = np.searchsorted(day, np.arange(record.day_count), "right")
    reproduction = Reproduction(int(infected[0]))
    found = np.full(record.day_count, np.nan)
    for today in range(1, record.day_count):
        by_lag = np.bincount(lag[ends[today - 1] : ends[today]], minlength=LAGS)
        number = reproduction.add(int(infected[today]), by_lag)
        found[today] = np.nan if number is None else number
    return found
