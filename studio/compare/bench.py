"""Bench: the scenarios that one page compares, and every change that a person makes to them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
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
from populace.engine.scenarios.story import Step, story_in
from populace.engine.scenarios.writing import write_scenarios

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

    def __init__(self, base: Project, home: Path | None = None) -> None:
        """Begin with the scenarios and the story in ``home``, else in the project's folder."""
        self.base, self.home = base, home or base.folder
        self.variants: list[Variant] = []
        self.pinned = 0  # id of the baseline
        self.left_out: list[str] = []  # why scenarios of the file are not there
        self.story = story_in(self.home)
        self._baseline, self._descriptions = BASELINE, dict[str, str]()
        self._waiting: dict[str, Project] = {}  # of the file, and not on the bench
        self._read()

    def _read(self) -> None:
        file = None if self.home is None else self.home / FILE_NAME
        found = read_scenarios(file) if file is not None and file.is_file() else None
        self._baseline = BASELINE if found is None else found.baseline
        self._take(self._baseline, self.base)
        told = self.story.told if self.story is not None else set()
        for one in found.scenarios if found is not None else ():
            self._descriptions[one.name] = one.description
            try:
                project = one.project(self.base)
            except ProjectError as error:  # the model was changed since: the others can be used
                self.left_out.append(f'"{one.name}" does not fit this model: {error}')
                continue
            # What a story tells of comes when somebody asks for it.
            if one.name in told or len(self.variants) == MOST:
                self._waiting[one.name] = project
            else:
                self._take(one.name, project)

    def keep(self) -> Path:
        """Write the scenarios beside the project; those that wait to be asked for stay there.

        A draft has its own copy, which its run reads.
        """
        if self.home is None:
            raise ProjectError("Save the project first: then it has a folder for its scenarios.")
        if self.left_out:
            raise ProjectError(
                f"{self.left_out[0]} Mend or remove it in {self.home / FILE_NAME} first: it would "
                "be lost."
            )
        first = self._variant(self.pinned)
        unchanged = next((one for one in self.variants if one.project == self.base), first)
        if unchanged.project != self.base:
            raise ProjectError(
                "The unchanged project must be one of the scenarios, as what they are changes of."
            )
        projects = {one.name: one.project for one in self.variants if one is not unchanged}
        names = {one.name for one in self.variants}
        projects |= {name: one for name, one in self._waiting.items() if name not in names}
        told = self.base, projects, self._descriptions
        if self.base.folder is not None and self.base.folder != self.home:
            write_scenarios(self.base.folder, unchanged.name, *told)
        return write_scenarios(self.home, unchanged.name, *told)

    def tell(self, step: int) -> int:
        """Put what a step of the story tells of on the bench, if it is not there; its id."""
        found, scenario = self.teller(step), self._step(step).scenario
        if found is not None:
            return found
        if scenario is None:
            return self._take(self._baseline, self.base)
        return self._take(scenario.name, scenario.project(self.base))

    def teller(self, step: int) -> int | None:
        """Return the id of what a step tells of; None where it is not on the bench."""
        scenario = self._step(step).scenario
        name = self._baseline if scenario is None else scenario.name
        return next((one.id for one in self.variants if one.name == name), None)

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

    def _step(self, number: int) -> Step:
        if self.story is None or not 0 <= number < len(self.story.steps):
            raise ProjectError("This step is not there any more.")
        return self.story.steps[number]

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
