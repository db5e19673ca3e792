"""All of mankind, or a part of it, as people who are computed from their number."""

from populace.engine.columns import Columns
from populace.engine.errors import ProjectError
from populace.engine.lean.block import Habits
from populace.engine.lean.building import crowd_of
from populace.engine.lean.crowd import Crowd
from populace.engine.lean.rows import rows_of
from populace.engine.people import People
from populace.engine.populations._world.sources import FILES, YEARS, age_bands, countries
from populace.engine.populations.base import Population, Progress
from populace.engine.quantities import Structure

MANKIND = 8_231_613_565  # United Nations, World Population Prospects 2024, for 2025


class Lean(Population):
    """The people of the world, by the ages of their countries, in 24,000 places: up to everybody.

    Household, school, team at work and age are computed from a person's number, so a person takes
    a byte. Above ``rows_up_to`` people there is no list of events and nobody is drawn alone, and
    what needs such a list is refused. Up to it they are kept like any other people. The infections
    are the same either way.
    """

    title = "World"

    people = Structure(
        1_000_000,
        bounds=(1_000, MANKIND),
        unit="people",
        source="assumption: enough to try a model with",
        doc="People in the model. Countries and places have their shares of them.",
    )
    year = Structure(
        "2025",
        choices=YEARS,
        source="United Nations, World Population Prospects 2024",
        doc="The year whose people and ages are used; 2025 is a projection.",
    )
    rows_up_to = Structure(
        2_000_000,
        bounds=(0, 20_000_000),
        unit="rows",
        source="assumption: as many as any machine keeps with ease",
        doc="Up to so many people, everybody is kept: with a list of events, single people on the "
        "map, and every policy and network. Above, neither. 0 never keeps them.",
    )
    household_size = Structure(
        0.0,
        bounds=(0.0, 10.0),
        unit="people",
        source="assumption: 1.1 + 7.5 x the share under 15 (2.1 in Germany, 3.8 in Kenya, whose "
        "census of 2019 counted 3.9); plausible 2 to 9",
        doc="Mean size of a household in every country; 0 derives it from the share of children.",
    )
    enrolment = Structure(
        0.85,
        bounds=(0.0, 1.0),
        unit="share",
        source="assumption: most children from 5 to 17 go to school; plausible .5 to 1",
        doc="Share of children from 5 to 17 who go to school.",
    )
    employment = Structure(
        1.0,
        bounds=(0.0, 1.5),
        unit="x",
        source="assumption: 1 is near the United States' employment-population ratios by age; "
        "plausible .6 to 1.2",
        doc="Scales the share of adults who work in a team.",
    )
    draw = Structure(
        1,
        bounds=(0, 2**31 - 1),
        unit="number",
        source="assumption: any number will do",
        doc="Which of the possible worlds: another number makes other households.",
    )

    data_files = FILES

    def check(self) -> None:
        """Refuse more people than there are, and households that no family fits into."""
        there = int(sum(age_bands(one.number, self.year).sum() for one in countries().values()))
        if self.people > there:
            raise ProjectError(
                f"there were {there:,} people in {self.year}: write at most that, "
                f"not {self.people:,}.",
                place="people",
            )
        if 0 < self.household_size < 1.5:
            raise ProjectError(
                f"must be 0 or at least 1.5, not {self.household_size:g}.", place="household_size"
            )

    def bytes_needed(self) -> tuple[int, int] | None:
        return (_BYTES_EACH * self.people + _BYTES, 0) if self._is_computed else None

    def columns(self) -> Columns:
        return Columns(("school", "workplace"))

    def crowd(self, progress: Progress) -> Crowd | None:
        return self._crowd(progress) if self._is_computed else None

    def build(self, progress: Progress) -> People:
        """Return everybody, about 5 s for a million."""
        crowd = self._crowd(progress)
        progress("Writing everybody down", 0.75)
        return rows_of(crowd, self.draw)

    @property
    def _is_computed(self) -> bool:
        return self.people > self.rows_up_to

    def _crowd(self, progress: Progress) -> Crowd:
        habits = Habits(self.household_size, self.enrolment, self.employment, self.draw)
        return crowd_of(self.people, self.year, habits, progress)


# Of a run: see `populace bench billion`; the calendar and the lists of the infectious grow with an
# epidemic, and this is what a high peak takes.
_BYTES_EACH, _BYTES = 6, 400_000_000
