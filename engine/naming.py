"""Naming: whether the names that one part of a project uses are those of another part."""

from collections.abc import Callable, Sequence
from functools import partial

from populace.engine.analysis.grouping import ATTRIBUTE
from populace.engine.attributes.base import OwnAttribute
from populace.engine.behaviours.base import Behaviour
from populace.engine.columns import Columns
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.networks.base import Network
from populace.engine.observations.base import Grouped, Observation
from populace.engine.policies.base import Policy
from populace.engine.populations.base import Population
from populace.engine.selection import Selection, no_attribute
from populace.engine.targets import networks_in, scales_contacts

Known = Callable[[], Columns | None]


def columns_of(population: Population, attributes: Sequence[OwnAttribute]) -> Columns | None:
    """Return what people will have, or None where only building them tells."""
    columns = population.columns()
    if columns is not None:
        for attribute in attributes:
            columns = columns.with_attribute(attribute.own_name, attribute.categories())
    return columns


def check_names(
    population: Population,
    attributes: Sequence[OwnAttribute],
    networks: Sequence[Network],
    behaviours: Sequence[Behaviour],
    policies: Sequence[Policy],
    observations: Sequence[Observation],
) -> None:
    """Raise a `ProjectError` for the first name of a place, attribute or network that is unknown.

    Where only building the population tells what people have, the run tells it.
    """
    _check_attributes(population, attributes)
    # Looked up only where something asks: some populations read files for it.
    known = partial(columns_of, population, attributes)
    names = [network.own_name for network in networks]
    for index, network in enumerate(networks):
        columns = known() if network.needs_columns else None
        if columns is not None:
            try:
                network.check_names(columns)
            except ProjectError as error:
                raise error.at(place=f"networks[{index}]") from None
    for index, behaviour in enumerate(behaviours):
        try:
            target = behaviour.target(behaviour.values())
            target.check()
            _check_selection(target, known)
        except ProjectError as error:
            raise error.at(place=f"behaviours[{index}]") from None
    for index, policy in enumerate(policies):
        try:
            _check_policy(policy, names)
            for selection in policy.selections(policy.values()):
                _check_selection(selection, known)
        except ProjectError as error:
            raise error.at(place=f"policies[{index}]") from None
    for index, observation in enumerate(observations):
        if isinstance(observation, Grouped) and observation.by == ATTRIBUTE:
            try:
                _check_grouping(observation, known())
            except ProjectError as error:
                raise error.at(place=f"observations[{index}]") from None


def _check_policy(policy: Policy, networks: list[str]) -> None:
    policy.check(policy.values())
    names = networks_in(policy.target_networks)
    if names and not scales_contacts(type(policy)):
        raise ProjectError(
            f"{policy.own_label} acts on single people and not on networks: leave it empty.",
            place="target_networks",
        )
    for name in names:
        if name not in networks:
            raise ProjectError(
                f'there is no network "{name}".{did_you_mean(name, networks)}',
                place="target_networks",
            )


def _check_selection(selection: Selection, known: Known) -> None:
    columns = known() if selection.needs_columns else None
    if columns is not None:
        selection.check_names(columns)


def _check_attributes(population: Population, attributes: Sequence[OwnAttribute]) -> None:
    """Check each attribute against the population and the attributes before it."""
    columns = population.columns() if attributes else None
    for index, attribute in enumerate(attributes):
        name = attribute.own_name
        if columns is None:
            return
        try:
            if name in columns.attributes:
                raise ProjectError(
                    f"the population already has an attribute {name}: give this one another name.",
                    place="name",
                )
            attribute.among.check_names(columns)
        except ProjectError as error:
            raise error.at(place=f"attributes[{index}]") from None
        columns = columns.with_attribute(name, attribute.categories())


def _check_grouping(observation: Grouped, columns: Columns | None) -> None:
    name = observation.by_attribute
    if not name:
        raise ProjectError("is missing: name an attribute.", place="by_attribute")
    if columns is not None and name not in columns.attributes:
        raise ProjectError(no_attribute(name, columns), place="by_attribute")
