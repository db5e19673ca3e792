"""How the disease of a draft spreads, in words, before there is a run."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from populace.engine.disease_facts import BandShares
from populace.engine.disease_text import CONTACTS, CONTACTS_SOURCE, spread_in_words
from populace.engine.diseases.base import Disease
from populace.engine.editing.own_disease import usable
from populace.engine.errors import ProjectError
from populace.engine.graph import graph_of
from populace.engine.people import AGE_BAND_COUNT
from populace.engine.populations._world.sources import age_bands, countries
from populace.engine.registry import kind

REFERENCE = "United States of America"  # whose ages stand for people whose ages are not known yet
REFERENCE_YEAR = "2020"
WELL_MIXED = "well_mixed"


def spread_of(spec: Mapping[str, Any]) -> tuple[str, str]:
    """Return what the disease does in a sentence, and for which contacts and ages that holds.

    A disease that cannot be used is a `ProjectError`.
    """
    disease = kind("diseases", str(spec["disease"].get("kind"))).from_spec(spec["disease"])
    assert isinstance(disease, Disease)
    values = disease.values()
    graph = graph_of(type(disease), values)
    (contacts, met), (ages, lived) = contacts_of(spec), ages_of(spec)
    words = spread_in_words(graph, ages, type(disease).transmission_rate(values), contacts)
    day = f"{contacts:.4g} contact{'' if contacts == 1 else 's'} a day ({met})"
    same = all((part == part[..., :1]).all() for part in (graph.chances, graph.susceptibility))
    basis = f"For {day}." if same else f"For {day} and the ages {lived}."
    return words, f"{basis} Of the first strain." if len(graph.escapes) > 1 else basis


def contacts_of(spec: Mapping[str, Any]) -> tuple[float, str]:
    """Return contacts a day, and where the number is from.

    Only well mixed networks say it before people are built.
    """
    parts = [part for part in spec.get("networks") or [] if isinstance(part, Mapping)]
    if not parts or any(part.get("kind") != WELL_MIXED for part in parts):
        return CONTACTS, CONTACTS_SOURCE
    numbers = [usable("networks", part).values() for part in parts]
    total = sum(number.contacts_a_day * number.intensity for number in numbers)
    return total, "as the networks say"


def ages_of(spec: Mapping[str, Any]) -> tuple[BandShares, str]:
    """Return shares of people by age band, and in words whose they are."""
    part = spec.get("population")
    name = part.get("kind") if isinstance(part, Mapping) else None
    if name == WELL_MIXED:
        age = usable("populations", part).values().age  # type: ignore[arg-type]
        return np.eye(AGE_BAND_COUNT)[min(age // 5, AGE_BAND_COUNT - 1)], "of the population"
    if name == "country":
        values = usable("populations", part).values()  # type: ignore[arg-type]
        return _shares(values.country, str(values.year)), f"of {values.country}, {values.year}"
    return _shares(REFERENCE, REFERENCE_YEAR), f"of the {REFERENCE}, {REFERENCE_YEAR}"


def _shares(country: str, year: str) -> BandShares:
    try:
        people = age_bands(countries()[country].number, year)
    except KeyError:
        raise ProjectError(f"there is no country {country!r} in the list.") from None
    bands = np.append(people[: AGE_BAND_COUNT - 1], people[AGE_BAND_COUNT - 1 :].sum())
    return bands / bands.sum()
