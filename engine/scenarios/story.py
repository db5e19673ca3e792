"""Story: some scenarios of a project told one after the other, for people who see it first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.project_file import read_yaml
from populace.engine.scenarios.scenario import FILE_NAME as SCENARIOS
from populace.engine.scenarios.scenario import Scenario, ScenarioFile, read_scenarios

FILE_NAME = "story.yaml"
TITLE_LETTERS, TEXT_LETTERS, STEPS_MAX = 60, 400, 6
RUNS_USUAL, RUNS_MAX = 20, 1_000
_KEYS = ("title", "people", "runs", "steps")
_STEP_KEYS = ("title", "text", "scenario")


@dataclass(frozen=True)
class Step:
    """What is done and what it shows; ``scenario`` is None in the first, the baseline."""

    title: str
    text: str
    scenario: Scenario | None


@dataclass(frozen=True)
class Story:
    """The baseline and what is held against it; ``people`` is None for as many as usual."""

    title: str
    people: int | None
    runs: int
    steps: tuple[Step, ...]

    @property
    def told(self) -> set[str]:
        """The names of the scenarios that it tells of."""
        return {one.scenario.name for one in self.steps if one.scenario is not None}


def story_in(folder: Path | None) -> Story | None:
    """Return the story in the folder of a project, or None where there is none."""
    if folder is None or not (folder / FILE_NAME).is_file():
        return None
    return read_story(folder / FILE_NAME, read_scenarios(folder / SCENARIOS))


def read_story(path: Path, scenarios: ScenarioFile) -> Story:
    """Read a file that tells of scenarios."""
    try:
        return story_of(read_yaml(path, str(path)), scenarios)
    except ProjectError as error:
        raise error.at(file=str(path)) from None


def story_of(content: object, scenarios: ScenarioFile) -> Story:
    """Build a story from plain values."""
    if not isinstance(content, Mapping):
        raise ProjectError("must be a mapping: write title: ... and steps: [{title: ...}].")
    _known(content, _KEYS)
    listed = content.get("steps")
    if not isinstance(listed, list) or not 2 <= len(listed) <= STEPS_MAX:
        raise ProjectError(
            f"must be a list of 2 to {STEPS_MAX} steps, the first of which is the baseline.",
            place="steps",
        )
    by_name = {one.name: one for one in scenarios.scenarios}
    steps: list[Step] = []
    for index, part in enumerate(listed):
        try:
            steps.append(_step(part, by_name, steps))
        except ProjectError as error:
            raise error.at(place=f"steps[{index}]") from None
    return Story(
        _text(content, "title", TITLE_LETTERS),
        _number(content, "people", None, 1_000_000_000),
        _number(content, "runs", RUNS_USUAL, RUNS_MAX) or RUNS_USUAL,
        tuple(steps),
    )


def _step(part: object, scenarios: Mapping[str, Scenario], before: Sequence[Step]) -> Step:
    if not isinstance(part, Mapping):
        raise ProjectError("must be a mapping such as {title: Masks, text: ..., scenario: Masks}.")
    _known(part, _STEP_KEYS)
    title, text = _text(part, "title", TITLE_LETTERS), _text(part, "text", TEXT_LETTERS)
    name = part.get("scenario")
    if not before:
        if name is not None:
            raise ProjectError(
                "must be left out of the first step, which is the baseline.", place="scenario"
            )
        return Step(title, text, None)
    if name not in scenarios:
        said = "is missing" if name is None else f'there is no "{name}" in {SCENARIOS}'
        known = ", ".join(f'"{one}"' for one in scenarios)
        raise ProjectError(
            f"{said}: write one of {known}.{did_you_mean(str(name), scenarios)}", place="scenario"
        )
    if any(one.scenario is not None and one.scenario.name == name for one in before):
        raise ProjectError(f'a step above tells of "{name}": leave one out.', place="scenario")
    return Step(title, text, scenarios[str(name)])


def _known(part: Mapping[Any, Any], keys: Sequence[str]) -> None:
    for key in part:
        if key not in keys:
            raise ProjectError(
                f"there is no such key here.{did_you_mean(str(key), keys)}", place=str(key)
            )


def _text(part: Mapping[Any, Any], key: str, letters: int) -> str:
    value = part.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ProjectError(f"is missing: write {key}: and some words.", place=key)
    text = " ".join(value.split())
    if len(text) > letters:
        raise ProjectError(f"must have at most {letters} letters, not {len(text)}.", place=key)
    return text


def _number(part: Mapping[Any, Any], key: str, usual: int | None, most: int) -> int | None:
    value = part.get(key, usual)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise ProjectError(f"must be a whole number from 1 to {most:,}.", place=key)
    return value
