"""Runs of one city share its people and networks: they are read-only and made once."""

import hashlib
import json
import threading
from weakref import WeakValueDictionary

from populace.engine.attributes.base import OwnAttribute
from populace.engine.lean.computed import computed_world
from populace.engine.networks.base import Network
from populace.engine.population_cache import content_key, people_of
from populace.engine.populations.base import Progress
from populace.engine.project import Project
from populace.engine.world import World

_worlds: WeakValueDictionary[str, World] = WeakValueDictionary()
_lock = threading.Lock()


def shared_world(project: Project, progress: Progress) -> World:
    """Return the people and networks of a project: those of a living run with the same, or new.

    They are freed with the last run that holds them.
    """
    key = world_key(project)
    # One at a time: the second of two equal projects waits and finds the first one's.
    with _lock:
        world = _worlds.get(key)
        if world is None and (computed := computed_world(project, progress)) is not None:
            world = _worlds[key] = computed
        if world is None:
            people = people_of(project.population, progress, attributes=project.attributes)
            progress("Drawing contacts", 0.8)
            world = _worlds[key] = World.of(people, project.networks)
    return world


def world_key(project: Project) -> str:
    """Name what a world depends on: the population and the networks, but no live number."""
    networks = [
        {
            name: value
            for name, value in vars(network.values()).items()
            if not getattr(network.param[name], "live", False)
        }
        | {"kind": network.kind_name(), "name": network.own_name, "files": _checksums(network)}
        for network in sorted(project.networks, key=lambda one: one.own_name)
    ]
    # In the order of the file: a later attribute may depend on an earlier one.
    attributes = [part.spec() | {"files": _checksums(part)} for part in project.attributes]
    return content_key(project.population) + json.dumps([networks, attributes], sort_keys=True)


def _checksums(part: Network | OwnAttribute) -> list[str]:
    """Tell files apart by what they hold: another project's may have the same name."""
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in part.own_files()]
