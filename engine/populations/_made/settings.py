"""The settings that made-up families, pupils and teams need, declared once for all populations."""

from populace.engine.errors import ProjectError
from populace.engine.quantities import Structure

SMALLEST_HOUSEHOLD = 1.5  # people; a mean below leaves no room for children


def household_size(
    source: str = "assumption: 1.1 + 7.5 x the share under 15 (2.1 in Germany, 3.8 in Kenya, whose "
    "census of 2019 counted 3.9); plausible 2 to 9",
    doc: str = "Mean size of a household; 0 derives it from the share of children.",
) -> Structure:
    """Declare how many people live together."""
    return Structure(0.0, bounds=(0.0, 10.0), unit="people", source=source, doc=doc)


def check_household_size(size: float) -> None:
    """Refuse households that no family fits into."""
    if 0 < size < SMALLEST_HOUSEHOLD:
        raise ProjectError(
            f"must be 0 or at least {SMALLEST_HOUSEHOLD}, not {size:g}.", place="household_size"
        )


def enrolment(
    default: float = 0.85,
    source: str = "assumption: most children from 5 to 17 go to school; plausible .5 to 1",
) -> Structure:
    """Declare how many children go to school."""
    return Structure(
        default,
        bounds=(0.0, 1.0),
        unit="share",
        source=source,
        doc="Share of children from 5 to 17 who go to school.",
    )


def employment() -> Structure:
    """Declare how many adults work."""
    return Structure(
        1.0,
        bounds=(0.0, 1.5),
        unit="x",
        source="assumption: 1 is near the United States' employment-population ratios by age; "
        "plausible .6 to 1.2",
        doc="Scales the share of adults who work in a team.",
    )


def draw(what: str = "populations") -> Structure:
    """Declare which of all the people that could be are made."""
    return Structure(
        1,
        bounds=(0, 2**31 - 1),
        unit="number",
        source="assumption: any number will do",
        doc=f"Which of the possible {what}: another number makes other households.",
    )
