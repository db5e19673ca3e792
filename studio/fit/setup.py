"""Setup: the three steps of one page: what may vary, what was observed, and how it is fitted."""

from typing import Any

from populace.engine.calibration.plan import METHODS, PARTICLES, RUNS, FitPlan
from populace.engine.calibration.quantity import settings_to_fit
from populace.engine.errors import ProjectError
from populace.engine.observations.base import Comparison
from populace.engine.project import Project
from populace.engine.scaling import resized
from populace.studio.fit.choice import Choice
from populace.studio.fit.observed import Observed

LABELS = {
    "runs": "Runs at most",
    "particles": "Guesses in each round",
    "people": "People in each run",
}


class Setup:
    """What one page has chosen. What cannot be used is told at once, and nothing is lost."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.wrong = ""
        plan = self._begin_with()
        known = {one.path: one for one in plan.quantities} if plan is not None else {}
        self.choices = {one.path: Choice(one) for one in settings_to_fit(project)}
        for path, choice in self.choices.items():
            choice.begin(project, known.get(path))
        self.observed = {one.name: one for one in _series(project, plan)}
        for one in self.observed.values():
            one.begin(project)
        self.method = plan.method if plan is not None else next(iter(METHODS))
        self.runs = plan.runs if plan is not None else RUNS
        self.particles = plan.particles if plan is not None else PARTICLES
        self.seed = plan.seed if plan is not None else 1
        self.most = project.population.agent_count() or 0
        self.can_be_smaller = self.most > 1 and resized(project, self.most - 1) is not project
        people = plan.people if plan is not None else None
        self.people = (people or self.most) if self.can_be_smaller else 0

    def vary(self, path: str, on: bool) -> None:
        """Let a number vary, or not."""
        self.choice(path).on = on

    def choice(self, path: str) -> Choice:
        """Return one number of the model."""
        if path not in self.choices:
            raise ProjectError("This number is not there any more.", place=path)
        return self.choices[path]

    def series(self, name: str) -> Observed:
        """Return one series of the project."""
        if name not in self.observed:
            raise ProjectError("This series is not there any more.", place=name)
        return self.observed[name]

    def choose(self, method: str) -> None:
        """Take another method."""
        if method not in METHODS:
            raise ProjectError("there is no such method.", place="Method")
        self.method = method

    def take_numbers(self, runs: int, particles: int, people: int) -> None:
        """Take numbers that can be used together; others are an error and change nothing."""
        before = self.runs, self.particles, self.people
        self.runs, self.particles = runs, particles
        self.people = people if self.can_be_smaller else 0
        if self.reason:
            return
        try:
            self.plan()
        except ProjectError:
            self.runs, self.particles, self.people = before
            raise

    @property
    def reason(self) -> str:
        """Say why nothing can be fitted yet, or nothing."""
        if not self.observed:
            return "There is nothing to fit to yet."
        if not any(one.on for one in self.observed.values()):
            return "Switch on what was observed: at least one series."
        chosen = [one for one in self.choices.values() if one.on]
        if not chosen:
            return "Switch on what may vary: at least one number."
        wrong = [one.label for one in chosen if one.wrong]
        wrong += [one.label for one in self.observed.values() if one.on and one.wrong]
        return f"First mend what is said of {', '.join(wrong)}." if wrong else ""

    def plan(self) -> FitPlan:
        """Return what is to be done; what cannot be is a `ProjectError` in words of the page."""
        spec: dict[str, Any] = {
            "quantities": [
                one.quantity.as_spec()
                for one in self.choices.values()
                if one.on and one.quantity is not None
            ],
            "series": [one.as_spec() for one in self.observed.values() if one.on],
            "method": self.method,
            "runs": self.runs,
            "particles": self.particles,
            "people": self.people or None,
            "seed": self.seed,
        }
        try:
            return FitPlan.read(spec, self.project)
        except ProjectError as error:
            raise ProjectError(error.cause, place=LABELS.get(error.place, error.place)) from None

    def as_state(self) -> dict[str, Any]:
        """Return what the browser shows."""
        return {
            "quantities": [one.as_state() for one in self.choices.values()],
            "series": [one.as_state() for one in self.observed.values()],
            "method": self.method,
            "runs": self.runs,
            "particles": self.particles,
            "people": self.people,
            "most": self.most,
            "reason": self.reason,
        }

    def _begin_with(self) -> FitPlan | None:
        """Return the plan beside the project, or a suggestion: one that is wrong is told."""
        try:
            return FitPlan.of_project(self.project)
        except ProjectError as error:
            self.wrong = str(error)
        try:
            return FitPlan.suggest(self.project)
        except ProjectError as error:
            self.wrong = str(error)
            return None


def _series(project: Project, plan: FitPlan | None) -> list[Observed]:
    """Return those of the plan, and then those of the project that are not among them."""
    specs = [one.as_spec() for one in plan.series] if plan is not None else []
    names = [one.name for one in plan.series] if plan is not None else []
    found = [Observed(name, spec) for name, spec in zip(names, specs, strict=True)]
    taken = {spec.get("observation") for spec in specs}
    for one in project.observations:
        if isinstance(one, Comparison) and one.own_name not in taken:
            found.append(Observed(one.own_name, {"observation": one.own_name}, on=plan is None))
    return found
