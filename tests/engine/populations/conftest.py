"""A small New York that the tests of this folder share."""

import numpy as np
import pytest

from populace.engine.people import People
from populace.engine.populations._nyc.sources import Neighbourhoods, read_neighbourhoods
from populace.engine.populations.nyc import NewYorkCity

SMALL = 88_042  # 1 % of the city


def quietly(sentence: str, share: float) -> None:
    """Take the place of a progress bar."""


@pytest.fixture(scope="session")
def city() -> People:
    return NewYorkCity(people=SMALL).build(quietly)


@pytest.fixture(scope="session")
def survey() -> Neighbourhoods:
    return read_neighbourhoods()


@pytest.fixture(scope="session")
def household_sizes(city: People) -> np.ndarray:
    return np.bincount(city.dwelling)
