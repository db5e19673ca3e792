"""The model in words, in the order of the ODD protocol (Grimm et al. 2020, JASSS 23(2):7)."""

import hashlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass

from populace.engine.component import Component
from populace.engine.editing.places import named_files
from populace.engine.editing.words import long_date
from populace.engine.project import PARTS, Project
from populace.engine.report.outcome import Outcome

_SCHEDULE = (
    "Policies decide whether they are in force, then people react (behaviours), then people meet "
    "on each network and infection passes on, then those who are infected move on in the course "
    "of the disease, then the evening is counted. Everybody's state of the evening before decides "
    "who can infect, so the order in which people are looked at does not matter."
)
_ROLES = {
    "susceptible": "can be infected",
    "latent": "infected, infects nobody yet",
    "infectious": "infects others",
    "removed": "cannot be infected",
    "dead": "dead",
}


@dataclass(frozen=True)
class Paragraph:
    """A heading of the protocol and what the model has to say under it."""

    part: str  # "Overview", "Design concepts" or "Details"
    title: str
    texts: tuple[str, ...]


def parts_of(project: Project) -> Iterator[tuple[str, Component]]:
    """Yield the path and the component of each part, in the order of the project file."""
    for key, (_, is_list) in PARTS.items():
        part = getattr(project, key)
        for component in part if is_list else (part,):
            yield (f"{key}.{component.own_name}" if is_list else key), component


def description(outcome: Outcome) -> list[Paragraph]:
    """Return the description of a run's model."""
    return [*_overview(outcome), *_concepts(outcome), *_details(outcome)]


def _overview(outcome: Outcome) -> Iterator[Paragraph]:
    project = outcome.project
    purpose = project.description or "The project gives none: write it under its name."
    yield Paragraph("Overview", "Purpose", (purpose,))
    known = ["age", "place of residence", "household"]
    known += [name.replace("_", " ") for name in outcome.attributes]
    states = ", ".join(
        f"{state.label.lower()} ({_ROLES.get(state.role, state.role)})" for state in outcome.states
    )
    regions = "1 region" if outcome.regions == 1 else f"{outcome.regions:,} regions"
    yield Paragraph(
        "Overview",
        "Entities, state variables and scales",
        (
            f"{outcome.people:,} people, each one by one, in {regions}. Of each the model knows: "
            f"{', '.join(known)}; these do not change during a run.",
            f"The state that changes is that of the disease: {states}.",
            f"One step is a day. The run has {outcome.last_day:,} days, from "
            f"{long_date(outcome.dates[0])} to {long_date(outcome.dates[-1])}.",
        ),
    )
    yield Paragraph("Overview", "Process overview and scheduling", (_SCHEDULE,))


def _concepts(outcome: Outcome) -> Iterator[Paragraph]:
    project = outcome.project
    networks = ", ".join(part.own_label for part in project.networks)
    behaviours = ", ".join(part.own_label for part in project.behaviours) or "none"
    policies = ", ".join(part.own_label for part in project.policies) or "none"
    observed = ", ".join(part.own_label for part in project.observations) or "people in each state"
    for title, text in {
        "Basic principles": "Infection passes from single people to single people over contacts; "
        "the course of the epidemic follows from these and is nowhere prescribed.",
        "Interaction": f"People meet on these networks: {networks}.",
        "Adaptation": f"Behaviours of people: {behaviours}. Acts of an authority: {policies}.",
        "Stochasticity": "Who meets whom, whether a contact infects, and how long each stage "
        "lasts are drawn by chance. Each draw belongs to a person and an occasion, and follows "
        f"from the seed, which is {outcome.seed}: the same project with the same seed has the "
        "same events on every computer.",
        "Observation": f"Counted each evening: {observed}.",
    }.items():
        yield Paragraph("Design concepts", title, (text,))


def _details(outcome: Outcome) -> Iterator[Paragraph]:
    project, disease = outcome.project, outcome.project.disease
    where = disease.values().initial_regions if hasattr(disease, "initial_regions") else ""
    first = int(outcome.totals[0][[state.role != "susceptible" for state in outcome.states]].sum())
    yield Paragraph(
        "Details",
        "Initialisation",
        (
            f"On {long_date(outcome.dates[0])} {first:,} people are infected, drawn by chance"
            + (f" in {where}" if where else "")
            + "; all others can be infected.",
        ),
    )
    yield Paragraph("Details", "Input data", tuple(_inputs(project)))
    yield Paragraph(
        "Details",
        "Submodels",
        tuple(f"{part.own_label}: {_first_words(part)}" for _, part in parts_of(project)),
    )


def _inputs(project: Project) -> Iterator[str]:
    """Name the data files, so that a reader can tell whether they are the same ones."""
    names = sorted(named_files(project.spec(), project.folder))
    for name in names:
        assert project.folder is not None
        digest = hashlib.sha256((project.folder / name).read_bytes()).hexdigest()
        yield f"{name} (SHA-256 {digest[:16]}…)"
    for name in project.population.data_files:
        yield f"{name}, which comes with Populace"
    if not names and not project.population.data_files:
        yield "None: all that the model needs is declared."


def _first_words(part: Component) -> str:
    """Return the first paragraph of what a component says of itself."""
    text = inspect.cleandoc(type(part).__doc__ or "").split("\n\n")[0]
    return " ".join(text.replace("`", "").split())
