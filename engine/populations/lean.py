"""All of mankind, or a part of it, as people who are computed from their number."""

from populace.engine.columns import Columns
from populace.engine.errors import ProjectError
from populace.engine.lean.block import Habits
from populace.engine.lean.building import crowd_of
from populace.engine.lean.crowd import Crowd
from populace.engine.lean.rows import rows_of
from populace.engine.people import People
from populace.engine.populations._made import settings
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
    household_size = settings.household_size(
        doc="Mean size of a household in every country; 0 derives it from the share of children."
    )
    enrolment = settings.enrolment()
    employment = settings.employment()
    draw = settings.draw("worlds")

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
        settings.check_household_size(self.household_size)

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
