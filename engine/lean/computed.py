"""The world of a project whose people are computed, and what such a project cannot have."""

from populace.engine.component import Values
from populace.engine.diseases.base import Disease
from populace.engine.errors import ProjectError
from populace.engine.lean.networks import refuse_others, world_of
from populace.engine.policies.base import Policy
from populace.engine.populations.base import Progress
from populace.engine.project import Project
from populace.engine.world import World

FIRST_MAX = 1_000_000  # people whom day 0 draws one by one
_CURE = "leave it out, or use so few people that everybody is kept (population.rows_up_to)"


def computed_world(project: Project, progress: Progress) -> World | None:
    """Return people and networks of a project that computes them; None where people have rows."""
    crowd = project.population.crowd(progress)
    if crowd is None:
        return None
    return world_of(crowd, project.networks)


def refuse_what_needs_rows(project: Project, device: str) -> None:
    """Raise a `ProjectError` for what acts on single people, who are not kept."""
    refuse_others(project.networks)
    if device != "cpu":
        raise ProjectError(
            "people who are computed run on the processor alone: use cpu.", place="device"
        )
    for index, policy in enumerate(project.policies):
        _refuse_policy(policy, f"policies[{index}]")
    for index, behaviour in enumerate(project.behaviours):
        if not behaviour.target(behaviour.values()).is_everybody:
            raise ProjectError(
                f"{behaviour.own_name} is for some people alone, and these are computed: leave its "
                "target out, or use so few people that everybody is kept (population.rows_up_to).",
                place=f"behaviours[{index}]",
            )
    for family in ("attributes", "observations"):
        for index, part in enumerate(getattr(project, family)):
            raise ProjectError(
                f"{part.own_name} needs a list of people, and these are computed: {_CURE}.",
                place=f"{family}[{index}]",
            )
    refuse_disease(type(project.disease), project.disease.values())
    if project.disease.initial_infected > FIRST_MAX:
        raise ProjectError(
            f"must be at most {FIRST_MAX:,} where people are computed, not "
            f"{project.disease.initial_infected:,}.",
            place="disease.initial_infected",
        )


def refuse_disease(disease: type[Disease], values: Values) -> None:
    """Raise a `ProjectError` for what of a disease needs more of a person than a state."""
    if values.turnover:
        raise ProjectError("must be false where people are computed.", place="disease.turnover")
    if any(state.catches for state in disease.states(values)):
        raise ProjectError(
            "lets people catch several strains, or one before they are susceptible again, and "
            "these people are computed: use another disease, or so few people that everybody is "
            "kept (population.rows_up_to).",
            place="disease.kind",
        )


def _refuse_policy(policy: Policy, place: str) -> None:
    values = policy.values()
    acts_on_people = bool(policy.protections(values))
    if acts_on_people or not all(one.is_everybody for one in policy.selections(values)):
        raise ProjectError(
            f"{policy.own_name} acts on single people, and these are computed: {_CURE}.",
            place=place,
        )
    if policy.share_reached(values) < 1.0:
        raise ProjectError(
            f"{policy.own_name} must reach everybody where people are computed: coverage 1.",
            place=f"{place}.coverage",
        )
