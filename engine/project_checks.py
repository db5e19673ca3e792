"""What one part of a project cannot know of another: whether they go together."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from populace.engine.attributes.base import OwnAttribute
from populace.engine.behaviours.base import Behaviour
from populace.engine.diseases.base import Disease
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.naming import check_names
from populace.engine.networks.base import Network
from populace.engine.observations.base import Observation
from populace.engine.policies.base import Policy
from populace.engine.populations.base import Population


def check_parts(
    population: Population,
    attributes: Sequence[OwnAttribute],
    networks: Sequence[Network],
    disease: Disease,
    behaviours: Sequence[Behaviour],
    policies: Sequence[Policy],
    observations: Sequence[Observation],
    folder: Path | None,
) -> None:
    """Raise a `ProjectError` for the first part that does not fit the others."""
    _checked("population", population.check)
    for index, attribute in enumerate(attributes):
        _checked(f"attributes[{index}]", attribute.check)
    states = disease.states(disease.values())
    names = [state.name for state in states]
    _check_start(disease, names, population.agent_count())
    for index, network in enumerate(networks):
        _checked(f"networks[{index}]", network.check)
    kinds = [network.kind_name() for network in networks], [one.kind_name() for one in policies]
    for index, policy in enumerate(policies):
        _checked(f"policies[{index}]", partial(policy.require, states, *kinds))
    for index, observation in enumerate(observations):
        _checked(f"observations[{index}]", partial(observation.check, folder, names))
    check_names(population, attributes, networks, behaviours, policies, observations)


def _checked(place: str, check: Callable[[], None]) -> None:
    """Say where the fault is that a part finds."""
    try:
        check()
    except ProjectError as error:
        raise error.at(place=place) from None


def _check_start(disease: Disease, states: Sequence[str], people: int | None) -> None:
    """Check who is infected on day 0."""
    if disease.initial_state and disease.initial_state not in states[1:]:
        hint = did_you_mean(disease.initial_state, states[1:])
        raise ProjectError(
            f'"{disease.initial_state}" is not a state after infection.{hint}',
            place="disease.initial_state",
        )
    if people is not None and disease.initial_infected > people:
        raise ProjectError(
            f"must be at most the {people:,} people of the population, "
            f"not {disease.initial_infected:,}.",
            place="disease.initial_infected",
        )
