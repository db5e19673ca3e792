"""A disease as words: how it spreads, how long a stay is, who goes which way."""

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any

from populace.engine.disease_facts import BandShares, generation_days, reproduction_number
from populace.engine.diseases._written_ways import REST
from populace.engine.graph import Graph

CONTACTS = 13.4  # a day
CONTACTS_SOURCE = "Mossong et al. 2008, PLoS Med 5:e74: the mean of eight European countries"
FEW = 0.05  # infections by one case that are as good as none
# Measles, which spreads most, has 12 to 18: Guerra et al. 2017, Lancet Infect Dis 17:e420.
MANY = 20.0
AGES = (*(f"{5 * band}–{5 * band + 4}" for band in range(15)), "75+")
ROLE_WORDS = {
    "susceptible": "can catch it",
    "latent": "infected, not infectious",
    "infectious": "infectious",
    "removed": "infects nobody",
    "dead": "dead",
}
_TOO_MANY = "No known disease spreads so: lower the infections per contact."
LAW_WORDS = {
    "fixed": "Always the same",
    "exponential": "Exponential: any day may be the last",
    "gamma": "Gamma: around the mean",
    "lognormal": "Log-normal: some stay very long",
    "table": "A table of days",
}


def spread_in_words(
    graph: Graph, people_by_band: BandShares, transmission: float, contacts: float
) -> str:
    """Return R0 and the time between generations in a sentence."""
    r0 = reproduction_number(graph, people_by_band, transmission, contacts)
    if math.isinf(r0):
        return "Some infected people never stop to infect others: give their state a way out."
    if r0 < FEW:
        return "One case infects hardly anybody, even when nobody is immune."
    days = generation_days(graph, people_by_band)
    words = (
        f"One case infects {others(r0)} on average when nobody is immune; "
        f"a new generation every {days_in_words(days)}."
    )
    return words if r0 <= MANY else f"{words} {_TOO_MANY}"


def others(number: float) -> str:
    """Return "2.5 others"."""
    text = f"{number:.0f}" if number >= 9.95 else f"{number:.1f}"
    return "1 other" if text == "1.0" else f"{text} others"


def days_in_words(days: float) -> str:
    """Return "6.4 days", "1 day", "120 days"."""
    text = f"{days:,.0f}" if days >= 99.95 else f"{days:.1f}".removesuffix(".0")
    return "1 day" if text == "1" else f"{text} days"


def dwell_in_words(dwell: object) -> str:
    """Return a written stay in short: "3 days", "always 5 days", or "?" while it is none."""
    if not isinstance(dwell, Mapping):
        return "?"
    mean = mean_of(dwell)
    if mean is None:
        return "?"
    return f"always {days_in_words(mean)}" if dwell.get("kind") == "fixed" else days_in_words(mean)


def mean_of(dwell: Mapping[str, Any]) -> float | None:
    """Return the mean of a written stay in days."""
    if dwell.get("kind") != "table":
        mean = dwell.get("mean")
        return float(mean) if _is_number(mean) else None  # type: ignore[arg-type]
    days = dwell.get("days")
    if not isinstance(days, Mapping) or not all(map(_is_number, [*days, *days.values()])):
        return None
    total = sum(days.values())
    return sum(day * weight for day, weight in days.items()) / total if total > 0 else None


def share_in_words(share: Sequence[float]) -> str:
    """Return a share by age in short: "40 %", "21–69 % by age"; nothing for everybody."""
    low, high = min(share), max(share)
    if low == high:
        return "" if low == 1 else f"{_percent(low)} %"
    texts = _percent(low), _percent(high)
    return f"{texts[0]} %" if texts[0] == texts[1] else f"{texts[0]}–{texts[1]} % by age"


def rest_in_words(row: int, labels: Sequence[str], share: object, rest: int | None) -> str:
    """Return where those go who do not go this way.

    ``labels`` names the state at the end of each way; ``rest`` is the way that takes what is left.
    """
    if rest is None:
        return f"Everybody goes to “{labels[row]}”: there is no other way out."
    if share == REST:
        return f"“{labels[row]}” takes what the other ways leave, so that all shares sum to 100 %."
    return f"The rest goes to “{labels[rest]}”, so that all shares sum to 100 %."


def escaped(text: object) -> str:
    """Return a text of the user's that can stand in HTML."""
    return html.escape(str(text))


def _percent(share: float) -> str:
    percent = 100 * share
    digits = 0 if percent >= 9.95 or percent == 0 else 1 if percent >= 0.095 else 2
    return f"{percent:.{digits}f}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
