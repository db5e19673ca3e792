"""Finds components: one per file in the family's folder, and by entry point from other packages."""

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points

from populace.engine.component import Component
from populace.engine.errors import ProjectError, did_you_mean

FAMILIES = (
    "populations",
    "attributes",
    "networks",
    "diseases",
    "behaviours",
    "policies",
    "observations",
)


@cache
def kinds(family: str) -> dict[str, type[Component]]:
    """Return the components of a family by kind, sorted; the kind is the file's name."""
    package = importlib.import_module(f"populace.engine.{family}")
    found: dict[str, type[Component]] = {}
    for module in pkgutil.iter_modules(package.__path__):
        if module.name != "base" and not module.name.startswith("_"):
            found[module.name] = _component_of(f"{package.__name__}.{module.name}")
    for entry in entry_points(group=f"populace.{family}"):
        if entry.name in found:
            raise ImportError(
                f'{entry.value} calls itself "{entry.name}", and there is one of that name among '
                f"the {family} already: give it another"
            )
        found[entry.name] = entry.load()
    return dict(sorted(found.items()))


def kind(family: str, name: str) -> type[Component]:
    """Return one component class; an unknown name is the user's error."""
    known = kinds(family)
    if name not in known:
        raise ProjectError(
            f'there is no kind "{name}" of {family}.{did_you_mean(name, known)}', place="kind"
        )
    return known[name]


def _component_of(module_name: str) -> type[Component]:
    """Return the one final component class that a file declares."""
    module = importlib.import_module(module_name)
    classes = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Component)
        and value.__module__ == module_name
    ]
    if len(classes) != 1:
        raise ImportError(f"{module_name} must declare one component, it has {len(classes)}")
    return classes[0]
