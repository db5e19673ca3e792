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


def resized(project: "Project", people: int) -> "Project":
    """Return a project with so many people: shares stay. One that has no such number stays."""
    declared = vars(project.population.values()).get("people")
    count = declared or project.population.agent_count()  # 0 is everybody
    if declared is None or not count or people == count:
        return project
    changes: dict[str, int | float] = {"population.people": people}
    if infected := project.disease.initial_infected:
        changes["disease.initial_infected"] = min(people, max(1, round(infected * people / count)))
    for one in project.quantities():
        if getattr(one.declaration, "supply", False):
            changes[one.path] = one.value * people / count
    return project.with_values(changes)
