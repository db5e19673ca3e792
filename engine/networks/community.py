"""Passing contacts in the neighbourhood, by age."""

from importlib.resources import files

import numpy as np

from populace.engine.contacts import Mixing
from populace.engine.networks.base import Network
from populace.engine.people import AGE_BAND_COUNT, People
from populace.engine.quantities import Quantity, Structure


class Community(Network):
    """Anybody of a neighbourhood may meet anybody else of it, by the ages of both.

    The matrix of contacts outside home, work and school is made reciprocal with the ages of this
    population: as many contacts of children with adults as of adults with children.
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
        source="Prem, Cook and Jit 2017, PLoS Comput Biol 13:e1005697, setting other",
        doc="Whose matrix of contacts by age is used.",
    )

    def contacts(self, people: People) -> Mixing:
        """Mix people inside each region."""
        matrix = prem_matrix(self.country, "other") * self.contacts_scale
        counts = np.bincount(people.age_band(), minlength=AGE_BAND_COUNT).astype(np.float64)
        return mixing_in_regions(people, reciprocal(matrix, counts), counts)


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
