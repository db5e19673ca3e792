"""Contacts in the neighbourhood, by age."""

from importlib.resources import files

import numpy as np

from populace.engine.contacts import Mixing
from populace.engine.networks.base import Network
from populace.engine.people import AGE_BAND_COUNT, People
from populace.engine.quantities import Quantity, Structure

OTHER = "other"
# The matrices that are added up, and the kind of network as which policies know the setting.
SETTINGS = {
    OTHER: (("other",), "community"),
    "all outside the home": (("school", "work", "other"), "community"),
    "work": (("work",), "workplace"),
    "school": (("school",), "school"),
}


class Community(Network):
    """Anybody of a neighbourhood may meet anybody else of it, by the ages of both.

    The matrix of contacts in a setting is made reciprocal with the ages of this population: as many
    contacts of children with adults as of adults with children. It stands beside networks of school
    and work; where a project has none of them, it may stand for them with another setting, or with
    all: then people meet others of the neighbourhood at random there, and not the same ones every
    day. Policies for schools and workplaces reach it in the settings school and work alone.
    """

    contacts_scale = Quantity(
        1.0,
        bounds=(0, 5),
        unit="x",
        source="1 is the matrix of Prem, Cook and Jit 2017, PLoS Comput Biol 13:e1005697",
        doc="Scales the contacts of the matrix.",
    )
    country = Structure(
        "USA",
        choices=("USA", "GBR"),
        source="Prem, Cook and Jit 2017, PLoS Comput Biol 13:e1005697",
        doc="Whose matrix of contacts by age is used.",
    )
    setting = Structure(
        OTHER,
        choices=tuple(SETTINGS),
        source="Prem, Cook and Jit 2017, PLoS Comput Biol 13:e1005697: home, work, school and "
        "other; all outside the home is the sum of the last three",
        doc="Where the contacts are. Other: neither at home nor at work nor at school.",
    )

    @property
    def known_as(self) -> str:
        return SETTINGS[self.setting][1]

    def contacts(self, people: People) -> Mixing:
        """Mix people inside each region."""
        counts = np.bincount(people.age_band(), minlength=AGE_BAND_COUNT).astype(np.float64)
        return mixing_in_regions(people, self.matrix(counts), counts)

    def matrix(self, counts: np.ndarray) -> np.ndarray:
        """Return contacts a day by band of both, where bands have so many people."""
        parts = [prem_matrix(self.country, part) for part in SETTINGS[self.setting][0]]
        return reciprocal(np.sum(parts, axis=0) * self.contacts_scale, counts)


def mixing_in_regions(people: People, contacts: np.ndarray, counts: np.ndarray) -> Mixing:
    """Make each region a cell; ``counts`` people by age band weigh the bands."""
    sizes = np.bincount(people.region_index, minlength=people.region_count)
    pointers = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    shares = counts / max(counts.sum(), 1.0)
    return Mixing(people.region_index.astype(np.int32), pointers, contacts, shares)


def reciprocal(matrix: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Average both directions of a contact matrix, weighted by the people of each band."""
    total = matrix * counts[:, None]
    weights = np.where(counts > 0, counts, 1.0)
    return (total + total.T) / (2 * weights[:, None])


def prem_matrix(country: str, setting: str) -> np.ndarray:
    """Read contacts a day [participant band, contact band], 16 x 16, from the bundled table."""
    import csv

    path = files("populace.assets").joinpath("contacts/prem2017.csv")
    with path.open(encoding="utf-8") as file:
        values = [
            float(row["contacts_per_day"])
            for row in csv.DictReader(file)
            if row["country"] == country and row["setting"] == setting
        ]
    return np.array(values).reshape(AGE_BAND_COUNT, AGE_BAND_COUNT)
