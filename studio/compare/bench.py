"""Bench: the scenarios that one page compares, and every change that a person makes to them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from populace.engine.editing.difference import differences
from populace.engine.editing.policy_edits import add_policy
from populace.engine.editing.words import in_words, range_in_words
from populace.engine.errors import ProjectError
from populace.engine.project import Project, Setting
from populace.engine.project_file import value_of
from populace.engine.quantities import Nested, Quantity, Structure
from populace.engine.registry import kinds
from populace.engine.scaling import fewer_infected, less_supply
from populace.engine.scenarios.scenario import BASELINE, FILE_NAME, NAME_LETTERS, read_scenarios

MOST = 6  # as many as have colours of their own
# Unless asked for more, a page runs cities of so many people: shares stay.
PEOPLE_USUAL = 50_000
_FAMILIES = ("disease", "networks", "behaviours", "policies")
_NEW_AFTER = 6  # a new policy begins after this part of the run


@dataclass(frozen=True)
class Variant:
    """One scenario; ``id`` is its place in the order of making, and its colour."""

    id: int
    name: str
    project: Project


class Bench:
    """Scenarios by id. What cannot be done is a `ProjectError`, and changes nothing."""

    def __init__(self, base: Project) -> None:
        self.base = base
        self.variants: list[Variant] = []
        self.pinned = 0  # id of the baseline
        projects = {BASELINE: base}
        if base.folder is not None and (base.folder / FILE_NAME).is_file():
            projects = read_scenarios(base.folder / FILE_NAME).projects(base)
        for name, project in list(projects.items())[:MOST]:
            self._take(name, project)

    def duplicate(self, id: int) -> int:
        """Add a copy and return its id."""
        source = self._variant(id)
        return self._take(self._free_name(source.name), source.project)

    def remove(self, id: int) -> None:
        """Take a scenario away; the baseline stays."""
        if id == self.pinned:
            raise ProjectError(
                "is the baseline: pin another one first.", place=self._variant(id).name
            )
        self.variants.remove(self._variant(id))

    def rename(self, id: int, name: str) -> None:
        """Give a scenario another name."""
        name = " ".join(name.split())
        if not name or len(name) > NAME_LETTERS:
            raise ProjectError(f"must have 1 to {NAME_LETTERS} letters.", place="the name")
        if any(one.name == name and one.id != id for one in self.variants):
            raise ProjectError(f'another scenario is called "{name}": choose another name.')
        self._put(replace(self._variant(id), name=name))

    def pin(self, id: int) -> None:
        """Make a scenario the baseline."""
        self.pinned = self._variant(id).id

    def set_value(self, id: int, path: str, text: str) -> None:
        """Change a value, written as in a project file; shares may be written in per cent."""
        variant = self._variant(id)
        declared = {one.path: one.declaration for one in variant.project.settings()}.get(path)
        value = value_of(text.strip(), place=path)
        if declared is not None and declared.unit == "share" and text.strip().endswith("%"):
            value = _share(text, path)
        self._put(replace(variant, project=variant.project.with_value(path, value)))

    def add_policy(self, id: int, kind: str) -> None:
        """Add a policy from some day on; its values can then be changed."""
        variant = self._variant(id)
        spec = variant.project.spec()
        add_policy(spec, kind, variant.project.days // _NEW_AFTER)
        self._put(replace(variant, project=Project.from_spec(spec, folder=variant.project.folder)))

    def remove_policy(self, id: int, name: str) -> None:
        """Leave a policy out."""
        variant = self._variant(id)
        spec = variant.project.spec()
        left = [one for one in spec.get("policies", []) if one.get("name", one["kind"]) != name]
        spec["policies"] = left
        self._put(replace(variant, project=Project.from_spec(spec, folder=variant.project.folder)))

    def changes(self, id: int) -> list[str]:
        """Say how a scenario differs from the baseline."""
        return differences(
            self._variant(self.pinned).project.spec(), self._variant(id).project.spec()
        )

    def choices(self, id: int) -> list[dict[str, str]]:
        """Return what can be changed: path, label, present value and range in words."""
        return [
            {
                "path": one.path,
                "label": _label_of(one),
                "now": in_words(one.declaration, one.value),
                "range": range_in_words(one.declaration),
            }
            for one in _settings(self._variant(id).project)
        ]

    def policies(self, id: int) -> list[tuple[str, str]]:
        """Return own name and label of the policies of a scenario."""
        return [(one.own_name, one.own_label) for one in self._variant(id).project.policies]

    def projects(self, people: int | None) -> dict[str, Project]:
        """Return what is to be run, the baseline first, with so many people or all."""
        ordered = sorted(self.variants, key=lambda one: one.id != self.pinned)
        return {one.name: _sized(one.project, people) for one in ordered}

    @property
    def people(self) -> int | None:
        """How many people the baseline has; None where only building them tells."""
        return self._variant(self.pinned).project.population.agent_count()

    @property
    def can_be_smaller(self) -> bool:
        """Whether a run may have fewer people than the project."""
        declared = dict(type(self.base.population).declarations())
        return "people" in declared and bool(self.people)

    def _take(self, name: str, project: Project) -> int:
        if len(self.variants) >= MOST:
            raise ProjectError(f"There may be {MOST} scenarios: remove one first.")
        id = next(n for n in range(MOST) if all(one.id != n for one in self.variants))
        self.variants.append(Variant(id, name, project))
        return id

    def _variant(self, id: int) -> Variant:
        for one in self.variants:
            if one.id == id:
                return one
        raise ProjectError("This scenario is not there any more.")

    def _put(self, changed: Variant) -> None:
        self.variants = [changed if one.id == changed.id else one for one in self.variants]

    def _free_name(self, name: str) -> str:
        taken = {one.name for one in self.variants}
        stem = name[: NAME_LETTERS - 10]
        names = (f"{stem}, copy" if n == 1 else f"{stem}, copy {n}" for n in range(1, MOST + 2))
        return next(one for one in names if one not in taken)


def policy_kinds() -> list[tuple[str, str]]:
    """Return kind and label of every policy that can be added."""
    return sorted(((name, kind.label()) for name, kind in kinds("policies").items()), key=_label)


def _label(pair: tuple[str, str]) -> str:
    return pair[1]


def _label_of(setting: Setting) -> str:
    """Return "Masks: coverage"."""
    label = str(setting.declaration.label or setting.name.replace("_", " "))
    return f"{setting.component.own_label}: {label[:1].lower()}{label[1:]}"


def _settings(project: Project) -> Iterator[Setting]:
    """Yield what scenarios usually change: numbers and times, and no plans or shapes."""
    for one in project.settings():
        declared: Any = one.declaration
        family = one.path.split(".")[0]
        if family not in _FAMILIES or isinstance(declared, Nested):
            continue
        if isinstance(declared, Quantity) or (
            family == "policies" and isinstance(declared, Structure)
        ):
            yield one


def _share(text: str, path: str) -> float:
    try:
        return round(float(text.strip().removesuffix("%").strip()) / 100, 12)
    except ValueError:
        raise ProjectError(f"must be a number such as 60 %, not {text!r}.", place=path) from None


def _sized(project: Project, people: int | None) -> Project:
    """Return a project with another number of people: shares stay."""
    if people is None or people == project.population.agent_count():
        return project
    changes: dict[str, Any] = {"population.people": people}
    infected = fewer_infected(project, people)
    if infected is not None:
        changes["disease.initial_infected"] = infected
    return project.with_values(changes | less_supply(project, people))
