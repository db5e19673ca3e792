"""What effects are asked of a run: from day 0 or from today on, of everybody or of an area."""

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.runner import Runner
from populace.studio.estimating import Part
from populace.studio.views.area import Choice


def part_of(
    runner: Runner, *, today: bool, in_area: bool, choice: Choice | None
) -> tuple[Project, Part]:
    """Return the model with the numbers that the question begins with, and the question's part.

    Raises `ProjectError` where there is nothing to ask about.
    """
    area, where = None, ""
    if in_area:
        if choice is None:
            raise ProjectError(
                "No area is chosen: press Look at an area, beside the map, and draw a line or "
                "choose a district."
            )
        area = {"xs": choice.xs, "ys": choice.ys, "regions": choice.regions}
        where = f", of {choice.title}"
    if not today:
        return runner.project.with_values(runner.values()), Part(None, area, where)
    return _from_today(runner, area, where)


def _from_today(runner: Runner, area: dict | None, where: str) -> tuple[Project, Part]:
    snapshot = runner.snapshot
    if snapshot is None:
        raise ProjectError("The people are still being made: it begins with their first day.")
    if snapshot.day >= runner.project.days:
        raise ProjectError("The run is at its end: nothing of it is to come.")
    project, _ = runner.until(snapshot.day)
    # What holds from tomorrow on is among the numbers that the sliders show.
    changes = [
        (one.day, one.path, one.new) for one in runner.applied if one.day <= snapshot.day + 1
    ]
    date = snapshot.date
    words = f", from {date.day} {date:%B %Y} on (day {snapshot.day}){where}"
    since = {"day": snapshot.day, "changes": changes}
    return project.with_value("seed", runner.seed), Part(since, area, words)
