"""A program of its own: the reference kernel where there is nothing but torch and numpy.

python alone.py ARRAYS.npz    prints the digest of the events of a few days
"""

import importlib.abc
import re
import sys
from importlib.metadata import packages_distributions, requires
from types import SimpleNamespace


class Refuse(importlib.abc.MetaPathFinder):
    """Finds nothing that belongs neither to Python, nor to torch and numpy, nor to Populace."""

    def __init__(self) -> None:
        wanted = self._with_requirements("torch") | self._with_requirements("numpy")
        known = packages_distributions().items()
        self._modules = {top for top, owners in known if wanted & set(map(_plain, owners))}
        self._modules |= set(sys.stdlib_module_names) | {"populace"}

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in self._modules:
            raise ModuleNotFoundError(f"{name} is not on this machine")

    def _with_requirements(self, package: str) -> set[str]:
        found, waiting = set(), [package]
        while waiting:
            one = _plain(waiting.pop())
            if one in found:
                continue
            found.add(one)
            try:
                listed = requires(one) or []
            except ModuleNotFoundError:  # of another system than this one
                continue
            waiting += [re.match(r"[\w.-]+", line)[0] for line in listed if "extra ==" not in line]
        return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main(arrays: str) -> None:
    sys.meta_path.insert(0, Refuse())
    import numpy as np

    from populace.engine import streams, tables  # noqa: F401
    from populace.engine.kernels.base import Imports
    from populace.engine.kernels.reference import ReferenceKernel
    from populace.engine.people import People, Places
    from populace.engine.world import NetworkShape, World

    with np.load(arrays) as file:
        stored = dict(file)

    def part(name):
        found = {
            key[len(name) + 1 :]: one for key, one in stored.items() if key.startswith(name + ".")
        }
        return {key: one if one.ndim else one.item() for key, one in found.items()}

    networks = []
    for number in range(int(stored["networks"])):
        values = {"match": None, "timetable": None} | part(f"network{number}")
        networks.append(NetworkShape(**values | {"key": np.uint32(values["key"])}))
    regions = tuple(map(str, stored["regions"]))
    people = People(**part("people"), places=Places(regions, regions, regions))
    world = World.of_shapes(people, networks)
    kernel = ReferenceKernel(
        world,
        SimpleNamespace(**part("graph")),
        SimpleNamespace(**part("bounds")),
        SimpleNamespace(**part("acceptance")),
        streams.run_key(7),
        "cpu",
    )
    kernel.begin(stored["first"])
    days = int(stored["days"])
    for day in range(1, days + 1):
        kernel.advance(day, Imports(**part("imports")), stored["born"])
    print(kernel.log.table(days).sha256())


if __name__ == "__main__":
    main(sys.argv[1])
