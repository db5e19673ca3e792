"""What belongs to a whole population, for one of another size: shares stay."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from populace.engine.project import Project


def fewer_infected(project: "Project", people: int | None) -> int | None:
    """Return the first infected of a smaller or larger city: the same share, at least one."""
    usual = vars(project.population.values()).get("people")
    infected = project.disease.initial_infected
    if people is None or not usual or not infected:
        return None
    return min(people, max(1, round(infected * people / usual)))


def less_supply(project: "Project", people: int | None) -> dict[str, float]:
    """Return what is supplied to the whole of a smaller or larger city: as much for each person."""
    usual = vars(project.population.values()).get("people")
    if people is None or not usual:
        return {}
    return {
        setting.path: setting.value * people / usual
        for setting in project.quantities()
        if getattr(setting.declaration, "supply", False)
    }
